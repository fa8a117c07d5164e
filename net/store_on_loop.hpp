#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "actors/store_actor.hpp"
#include "net/event_loop.hpp"
#include "persistence/store_host.hpp"

namespace klatsch::net {

/// Has an event loop wait for the store's connection, so that a message that comes alone wakes no
/// other thread: that would cost more than what the thread would do for it.
class store_on_loop final : public persistence::store_host,
                            public std::enable_shared_from_this<store_on_loop> {
 public:
  explicit store_on_loop(event_loop& loop);

  /// The loop runs. From another thread, once.
  void join(const running_store& store);
  /// The store's own thread goes on; before the loop ends. From another thread.
  void leave();

  void post(std::function<void()> function) override;
  bool watch(
      int descriptor, std::function<void()> on_readable, std::function<void()> on_silence) override;
  void forget() override;
  void expect_within(std::chrono::milliseconds time) override;
  void expect_nothing() override;

 private:
  void wait_readable();
  void wait_silence();
  void on_timer();

  event_loop& loop_;
  std::shared_ptr<persistence::store_worker> worker_;
  /// A duplicate, so that the store may close its own at any time.
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor_;
  std::size_t watches_ = 0;
  std::function<void()> on_readable_;
  std::function<void()> on_silence_;
  /// Of what is expected; `max` where nothing is. The timer is left alone when it moves on, and
  /// looks at it at its end.
  time_point deadline_ = time_point::max();
  asio::steady_timer timer_;
  bool timer_runs_ = false;
};

} // namespace klatsch::net
