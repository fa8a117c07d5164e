#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/detail/type_list.hpp>
#include <caf/scheduler/coordinator.hpp>

#include "actors/own_work_first.hpp"
#include "actors/request_timeouts.hpp"

namespace klatsch {

/// CAF's scheduler with a policy that wakes fewer threads and a cheaper clock. Load it into the
/// configuration of the actor system: `config.load<klatsch::scheduler>()`.
///
/// CAF 0.17's clock takes the time-out of each request through a queue with a condition variable to
/// a thread of its own, which is woken each time and keeps it in two trees until its time comes:
/// that was a quarter of the server's time. See docs/DECISIONS.md.
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
  class clock_with_timeouts final : public caf::detail::thread_safe_actor_clock {
   public:
    void
    set_request_timeout(time_point due, caf::abstract_actor* asker, caf::message_id id) override {
      timeouts.add(due, {caf::weak_actor_ptr{asker->ctrl()}, id});
    }

    request_timeouts timeouts;
  };

  void run_timeouts();

  clock_with_timeouts clock_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stops_ = false;
  /// What is delayed otherwise: CAF's own loop, on our clock.
  std::thread delays_;
  std::thread timeouts_;
};

} // namespace klatsch
