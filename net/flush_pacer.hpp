#pragma once

#include <algorithm>
#include <chrono>

namespace klatsch::net {

/// When an event loop writes what waits in its outboxes: as soon as there is something, but after a
/// write that took long not before a rest of the same time, or before nothing more comes for a part
/// of it. So a message that finds the loop idle leaves at once; the longer it takes to write to
/// all, the more leave with each system call; and nobody waits for what does not come. A rest never
/// takes longer than `longest_rest`: by so much at most is delayed what comes during one, whichever
/// connection of the loop it is for.
class flush_pacer {
 public:
  using clock = std::chrono::steady_clock;

  explicit flush_pacer(std::chrono::milliseconds longest_rest) : longest_rest_(longest_rest) {}

  /// When to write, or to ask again if it is later than `now`. `news`: something has been pushed
  /// since the last question, and more would be worth waiting for.
  clock::time_point next_look(clock::time_point now, bool news) const {
    return news ? std::max(now, std::min(earliest_, now + quiet_)) : now;
  }

  /// All outboxes that had something were written.
  void on_flushed(clock::time_point begin, clock::time_point end) {
    const auto work = end - begin;
    const auto rest = std::min<clock::duration>(work, longest_rest_);
    earliest_ = work < negligible ? end : end + rest;
    quiet_ = std::max<clock::duration>(rest / 8, shortest_quiet);
  }

 private:
  /// Some twenty connections: a timer would cost as much as it saves.
  static constexpr std::chrono::microseconds negligible{100};
  static constexpr std::chrono::microseconds shortest_quiet{200};

  std::chrono::milliseconds longest_rest_;
  clock::time_point earliest_{};
  clock::duration quiet_{};
};

} // namespace klatsch::net
