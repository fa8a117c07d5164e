#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <ratio>
#include <vector>

#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>

namespace klatsch {

/// What actors send later, mostly to themselves. Times are rounded up to a hundredth of a second,
/// so that who waits for them is woken for many at once. The queue "delayed messages": an actor has
/// a few in it at most; it refuses none, and never lets who adds one wait. Thread-safe.
class delayed_messages {
 public:
  using clock = std::chrono::steady_clock;

  struct delayed {
    caf::strong_actor_ptr receiver;
    caf::mailbox_element_ptr content;
  };

  using granularity = std::chrono::duration<std::int64_t, std::centi>;

  /// Wakes who waits only where this one comes before all others.
  void add(clock::time_point due, delayed added);

  /// Those whose time has come, the oldest first; they are no longer here. Waits for them, but not
  /// beyond `until`, and not after `stop`.
  std::vector<delayed> wait_due(clock::time_point until);

  /// For good.
  void stop();
  bool stopped() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable sooner_;
  std::multimap<clock::time_point, delayed> waiting_;
  bool stopped_ = false;
};

} // namespace klatsch
