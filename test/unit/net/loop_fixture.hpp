#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/metrics.hpp"
#include "net/asio_actor.hpp"
#include "net/event_loop.hpp"

/// On the loop: does something for each message.
using act_once = caf::atom_constant<caf::atom("actonce")>;
using doer = caf::typed_actor<caf::reacts_to<act_once>>;

/// A real event loop on a thread of its own.
struct loop_fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  klatsch::metrics counters;
  std::shared_ptr<klatsch::net::event_loop> loop;

  explicit loop_fixture(klatsch::net::outbox_limits outbox = {})
      : loop(std::make_shared<klatsch::net::event_loop>(
            system,
            counters,
            klatsch::net::event_loop_options{
                .tick = std::chrono::milliseconds{10}, .outbox = outbox})) {
    loop->start();
  }

  ~loop_fixture() { finish(); }

  /// False when something kept the thread alive.
  bool finish() {
    loop->finish();
    return finished_within(std::chrono::seconds{10});
  }

  bool finished_within(std::chrono::milliseconds timeout) {
    return loop->wait_finished(std::chrono::steady_clock::now() + timeout);
  }

  /// Runs the function on the loop's thread and waits for its result.
  template <class Function>
  auto on_loop(Function function) {
    std::packaged_task<decltype(function())()> task{std::move(function)};
    auto result = task.get_future();
    boost::asio::post(loop->io(), [&task] { task(); });
    return result.get();
  }

  doer spawn_doer(std::function<void()> what) {
    return klatsch::net::spawn_on<doer>(*loop, &act, std::move(what));
  }

  void end_all(const std::vector<doer>& actors) {
    caf::scoped_actor self{system};
    for (auto& each : actors)
      self->send_exit(each, caf::exit_reason::user_shutdown);
    for (auto& each : actors)
      self->wait_for(each);
  }

  template <class Condition>
  static bool within(std::chrono::seconds time, Condition condition) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (!condition())
      if (std::chrono::steady_clock::now() > end)
        return false;
    return true;
  }

 private:
  static doer::behavior_type act(doer::pointer, std::function<void()> what) {
    return {[=](act_once) { what(); }};
  }
};
