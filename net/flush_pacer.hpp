#pragma once

#include <algorithm>
#include <chrono>

namespace klatsch::net {

/// When an event loop writes what waits in its outboxes: as soon as there is something, but after a
/// write that took long not before a rest of twice that time. So a message that finds the loop idle
/// leaves at once; the longer it takes to write to all, the more leave with each system call. A
/// rest never takes longer than `longest_rest`: by so much is delayed what comes during one,
/// whichever connection of the loop it is for.
class flush_pacer {
 public:
  using clock = std::chrono::steady_clock;

  explicit flush_pacer(std::chrono::milliseconds longest_rest) : longest_rest_(longest_rest) {}

  /// Before this nothing is to be written.
  clock::time_point earliest() const { return earliest_; }

  /// All outboxes that had something were written.
  void on_flushed(clock::time_point begin, clock::time_point end) {
    const auto work = end - begin;
    const auto rest = std::min<clock::duration>(work * 2, longest_rest_);
    earliest_ = work < negligible ? end : end + rest;
  }

 private:
  /// Some twenty connections: a timer would cost as much as it saves.
  static constexpr std::chrono::microseconds negligible{100};

  std::chrono::milliseconds longest_rest_;
  clock::time_point earliest_{};
};

} // namespace klatsch::net
