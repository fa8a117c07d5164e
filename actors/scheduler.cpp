#include "actors/scheduler.hpp"

#include <caf/actor_system.hpp>
#include <caf/detail/set_thread_name.hpp>
#include <caf/error.hpp>
#include <caf/sec.hpp>

namespace klatsch {

void scheduler::start() {
  others_ = std::thread{[this] {
    caf::detail::set_thread_name("caf.timers");
    system().thread_started();
    clock_.run_dispatch_loop();
    system().thread_terminates();
  }};
  timers_ = std::thread{[this] {
    caf::detail::set_thread_name("klatsch.timers");
    system().thread_started();
    run_timers();
    system().thread_terminates();
  }};
  coordinator::start();
}

void scheduler::stop() {
  // It lets actors that wait for an answer end, and so needs the time-outs until it is done.
  coordinator::stop();
  clock_.delays.stop();
  timers_.join();
  clock_.cancel_dispatch_loop();
  others_.join();
}

void scheduler::run_timers() {
  auto next_timeouts = request_timeouts::tick_after(clock_.now());
  while (!clock_.delays.stopped()) {
    for (auto& each : clock_.delays.wait_due(next_timeouts))
      each.receiver->enqueue(std::move(each.content), nullptr);
    const auto now = clock_.now();
    if (now < next_timeouts)
      continue;
    next_timeouts = request_timeouts::tick_after(now);
    for (auto& request : clock_.timeouts.take_due(now))
      if (auto asker = request.asker.lock())
        asker->get()->eq_impl(request.id, asker, nullptr, caf::sec::request_timeout);
  }
}

} // namespace klatsch
