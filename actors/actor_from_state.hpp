#pragma once

#include <optional>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

/// Runs a plain state class as an actor, as `caf::actor_from_state` of CAF 1.0 does. The class has
/// `interface` (its typed actor, messages to itself included), a constructor that takes
/// `interface::pointer` and what the spawner gives, and `make_behavior()`, the table of its
/// messages. It lives from the first message to the actor's end, on one thread at a time, and in
/// the actor's own memory.
namespace klatsch {

template <class State>
struct state_slot {
  static constexpr const char* name = State::name;
  /// No aggregate, which CAF would fill at once with a state that needs nothing but the actor.
  state_slot() = default;

  std::optional<State> content;
};

template <class State>
using state_pointer = typename State::interface::template stateful_pointer<state_slot<State>>;

template <class State, class... Args>
typename State::interface::behavior_type run_state(state_pointer<State> self, Args&&... args) {
  return self->state.content.emplace(self, std::forward<Args>(args)...).make_behavior();
}

/// Spawns it on `host`, an actor system or an actor.
template <class State, class Host, class... Args>
typename State::interface spawn_state(Host& host, Args... args) {
  auto behave = [args...](state_pointer<State> self) { return run_state<State>(self, args...); };
  return host.spawn(behave);
}

} // namespace klatsch
