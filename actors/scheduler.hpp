#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>

#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/detail/type_list.hpp>
#include <caf/scheduler/coordinator.hpp>

#include "actors/delayed_messages.hpp"
#include "actors/own_work_first.hpp"
#include "actors/request_timeouts.hpp"

namespace klatsch {

/// CAF's scheduler with a policy that wakes fewer threads and a cheaper clock. Load it into the
/// configuration of the actor system: `config.load<klatsch::scheduler>()`.
///
/// CAF 0.17's clock takes the time-out of each request, and each delayed message, through a queue
/// of 64 to a thread of its own: that is woken each time, and while it has not run, who wants to
/// add one more has to wait. See docs/DECISIONS.md.
class scheduler final : public caf::scheduler::coordinator<own_work_first> {
 public:
  explicit scheduler(caf::actor_system& system) : coordinator(system) {}

  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>) {
    return new scheduler(system);
  }

  caf::detail::thread_safe_actor_clock& clock() noexcept override { return clock_; }

 protected:
  void start() override;
  void stop() override;

 private:
  class cheap_clock final : public caf::detail::thread_safe_actor_clock {
   public:
    using thread_safe_actor_clock::schedule_message;

    void
    set_request_timeout(time_point due, caf::abstract_actor* asker, caf::message_id id) override {
      timeouts.add(due, {caf::weak_actor_ptr{asker->ctrl()}, id});
    }

    void schedule_message(
        time_point due, caf::strong_actor_ptr receiver, caf::mailbox_element_ptr content) override {
      delays.add(due, {std::move(receiver), std::move(content)});
    }

    // CAF asks this for each actor that ends, but what it is for is not used here.
    void cancel_timeouts(caf::abstract_actor* who) override {
      if (has_others_)
        thread_safe_actor_clock::cancel_timeouts(who);
    }

    void set_ordinary_timeout(
        time_point due, caf::abstract_actor* who, caf::atom_value kind, std::uint64_t id) override {
      has_others_ = true;
      thread_safe_actor_clock::set_ordinary_timeout(due, who, kind, id);
    }

    void set_multi_timeout(
        time_point due, caf::abstract_actor* who, caf::atom_value kind, std::uint64_t id) override {
      has_others_ = true;
      thread_safe_actor_clock::set_multi_timeout(due, who, kind, id);
    }

    request_timeouts timeouts;
    delayed_messages delays;

   private:
    /// Somebody has asked for a time-out that CAF's own loop keeps.
    std::atomic<bool> has_others_ = false;
  };

  void run_timers();

  cheap_clock clock_;
  std::thread timers_;
  /// What else CAF asks of a clock: its own loop.
  std::thread others_;
};

} // namespace klatsch
