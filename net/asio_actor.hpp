#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <caf/actor_config.hpp>
#include <caf/detail/sync_request_bouncer.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/actor_from_state.hpp"
#include "net/event_loop.hpp"

namespace klatsch::net {

/// An event-based actor that runs on an Asio thread instead of CAF's scheduler: what is put into
/// its mailbox, from whatever thread, is handled by the thread of its event loop. It can so share
/// state with the connections of that thread without a lock. Everything else of an actor (requests,
/// monitors, delayed messages) works as usual. `Base` is an event-based actor, stateful or not.
template <class Base>
class asio_actor : public Base {
 public:
  asio_actor(caf::actor_config& config, std::shared_ptr<event_loop> loop)
      : Base(config), loop_(std::move(loop)) {
    loop_->count_actor();
  }

  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit*) override {
    const auto id = element->mid;
    const auto sender = element->sender;
    switch (this->mailbox().push_back(std::move(element))) {
    case caf::intrusive::inbox_result::unblocked_reader:
      schedule();
      break;
    case caf::intrusive::inbox_result::queue_closed:
      if (id.is_request())
        caf::detail::sync_request_bouncer{caf::exit_reason::unreachable}(sender, id);
      break;
    case caf::intrusive::inbox_result::success:
      break;
    }
  }

  void launch(caf::execution_unit*, bool lazy, bool hide) override {
    if (!hide)
      this->register_at_system();
    if (lazy && this->mailbox().try_block())
      return;
    schedule();
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    const auto first_time = Base::cleanup(std::move(reason), host);
    if (first_time)
      loop_->actor_ended();
    return first_time;
  }

 private:
  void schedule() { loop_->schedule(caf::strong_actor_ptr{this->ctrl()}); }

  const std::shared_ptr<event_loop> loop_;
};

/// Runs an actor on the loop; `behave` takes it, a `Self*`, and returns its behavior. From any
/// thread.
template <class Self, class Behave>
auto spawn_behavior_on(event_loop& loop, Behave behave) {
  caf::actor_config config{loop.execution_unit()};
  config.init_fun = caf::actor_config::init_fun_type{
      [behave = std::move(behave)](caf::local_actor* self) mutable {
        return std::move(behave(static_cast<Self*>(self)).unbox());
      }};
  return loop.system().template spawn_class<asio_actor<Self>, caf::no_spawn_options>(
      config, loop.shared_from_this());
}

/// The same for a function, as with `caf::actor_system::spawn`.
template <class Handle, class Self, class Behavior, class... Params, class... Args>
Handle spawn_on(event_loop& loop, Behavior (*function)(Self*, Params...), Args&&... args) {
  return spawn_behavior_on<Self>(
      loop, [function, ... args = std::forward<Args>(args)](Self* self) mutable {
        return function(self, std::move(args)...);
      });
}

/// The same for a state class, see `spawn_state`.
template <class State, class... Args>
typename State::interface spawn_state_on(event_loop& loop, Args... args) {
  using self_type = std::remove_pointer_t<state_pointer<State>>;
  return spawn_behavior_on<self_type>(loop, [... args = std::move(args)](self_type* self) mutable {
    return run_state<State>(self, std::move(args)...);
  });
}

} // namespace klatsch::net
