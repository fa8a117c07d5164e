#include "actors/scheduler.hpp"

#include <caf/actor_system.hpp>
#include <caf/detail/set_thread_name.hpp>
#include <caf/error.hpp>
#include <caf/sec.hpp>

namespace klatsch {

void scheduler::start() {
  delays_ = std::thread{[this] {
    caf::detail::set_thread_name("klatsch.delays");
    system().thread_started();
    clock_.run_dispatch_loop();
    system().thread_terminates();
  }};
  timeouts_ = std::thread{[this] {
    caf::detail::set_thread_name("klatsch.timeout");
    system().thread_started();
    run_timeouts();
    system().thread_terminates();
  }};
  coordinator::start();
}

void scheduler::stop() {
  // It lets actors that wait for an answer end, and so needs the time-outs until it is done.
  coordinator::stop();
  {
    std::lock_guard guard{mutex_};
    stops_ = true;
  }
  stopped_.notify_all();
  timeouts_.join();
  clock_.cancel_dispatch_loop();
  delays_.join();
}

void scheduler::run_timeouts() {
  std::unique_lock guard{mutex_};
  auto next = request_timeouts::tick_after(clock_.now());
  for (; !stopped_.wait_until(guard, next, [this] { return stops_; });
       next = request_timeouts::tick_after(clock_.now()))
    for (auto& request : clock_.timeouts.take_due(clock_.now()))
      if (auto asker = request.asker.lock())
        asker->get()->eq_impl(request.id, asker, nullptr, caf::sec::request_timeout);
}

} // namespace klatsch
