#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/running_state.hpp"

/// Runs a plain state class as an actor, as `caf::actor_from_state` of CAF 1.0 does. The class has
/// `interface` (its typed actor, messages to itself included), a constructor that takes
/// `interface::pointer` and what the spawner gives, and `make_behavior()`, the table of its
/// messages. It lives from the first message to the actor's end, on one thread at a time, and in
/// the actor's own memory.
///
/// Of some classes there are as many actors as users, and a table takes 640 bytes: such a class
/// has, in place of `make_behavior()`, `static shared_behavior()`, one table for all its actors,
/// whose rows find the state by `running_state`, and `start()` for what is to be done at first.
namespace klatsch {

template <class State>
concept shares_behavior = requires {
  State::shared_behavior();
};

template <class State>
struct state_slot {
  static constexpr const char* name = State::name;
  /// No aggregate, which CAF would fill at once with a state that needs nothing but the actor.
  state_slot() = default;

  std::optional<State> content;
};

template <class State>
using stateful_base =
    std::remove_pointer_t<typename State::interface::template stateful_pointer<state_slot<State>>>;

/// Says whose message it is while it handles one.
template <class State>
class actor_with_shared_behavior : public stateful_base<State> {
 public:
  using stateful_base<State>::stateful_base;

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    const running_state<State> turn{*this->state.content};
    return stateful_base<State>::consume(element);
  }
};

template <class State>
using state_pointer = std::
    conditional_t<shares_behavior<State>, actor_with_shared_behavior<State>, stateful_base<State>>*;

template <class State>
const auto& shared_behavior_of() {
  static const auto behavior = State::shared_behavior();
  return behavior;
}

template <class State, class... Args>
typename State::interface::behavior_type run_state(state_pointer<State> self, Args&&... args) {
  auto& state = self->state.content.emplace(self, std::forward<Args>(args)...);
  if constexpr (shares_behavior<State>) {
    state.start();
    return shared_behavior_of<State>();
  } else {
    return state.make_behavior();
  }
}

/// Spawns it on `host`, an actor system or an actor.
template <class State, class Host, class... Args>
typename State::interface spawn_state(Host& host, Args... args) {
  auto behave = [args...](state_pointer<State> self) { return run_state<State>(self, args...); };
  return host.spawn(behave);
}

} // namespace klatsch
