#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/actor_control_block.hpp>
#include <caf/message_id.hpp>

namespace klatsch {

/// What is to be told to actors when a request has not been answered in time. Times are rounded up
/// to a tenth of a second, so that all requests of that time share one entry: the queue "request
/// time-outs". It holds each request for its whole time, as CAF 0.17 doesn't say that one has been
/// answered; so its bound is the rate of requests times their patience, at 32 bytes each.
/// Thread-safe.
class request_timeouts {
 public:
  using clock = std::chrono::steady_clock;

  struct request {
    /// Weak: an actor that has ended needs to hear nothing.
    caf::weak_actor_ptr asker;
    caf::message_id id;
  };

  static constexpr std::chrono::milliseconds granularity{100};

  /// When there may be something to take next.
  static clock::time_point tick_after(clock::time_point now) {
    return clock::time_point{(now.time_since_epoch() / granularity + 1) * granularity};
  }

  void add(clock::time_point due, request added) {
    const auto tick = due.time_since_epoch() / granularity + 1;
    std::lock_guard guard{mutex_};
    ticks_[tick].push_back(std::move(added));
  }

  /// Those whose time has come, the oldest first. They are no longer here.
  std::vector<request> take_due(clock::time_point now) {
    const auto tick = now.time_since_epoch() / granularity;
    std::vector<request> due;
    std::lock_guard guard{mutex_};
    while (!ticks_.empty() && ticks_.begin()->first <= tick) {
      auto& first = ticks_.begin()->second;
      if (due.empty())
        due = std::move(first);
      else
        due.insert(
            due.end(), std::make_move_iterator(first.begin()),
            std::make_move_iterator(first.end()));
      ticks_.erase(ticks_.begin());
    }
    return due;
  }

 private:
  std::mutex mutex_;
  std::map<std::int64_t, std::vector<request>> ticks_;
};

} // namespace klatsch
