#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/messages.hpp"

namespace klatsch {

/// What a session has shown of the conversation with one other user, in the order of its numbers.
///
/// The two users' actors send on their own, so that messages can overtake each other. One that is
/// early waits here for those before it: the queue "early", bounded by `most_early`; what is
/// dropped over the bound is missing later, and read like whatever doesn't come by itself.
class conversation {
 public:
  using clock = std::chrono::steady_clock;

  static constexpr std::size_t most_early = 32;

  explicit conversation(std::int64_t shown = 0) : shown_(shown), known_(shown) {}

  /// The number of the last message that was shown.
  std::int64_t shown() const { return shown_; }

  /// A message has come; `show` is called with each that can be shown now. Those that were shown
  /// already are dropped.
  template <class Show>
  void take(const protocol::private_message& message, Show show) {
    if (message.seq <= shown_)
      return;
    if (message.seq != shown_ + 1)
      return keep(message);
    show_next(message, show);
    auto next = early_.begin();
    for (; next != early_.end() && next->seq <= shown_ + 1; ++next)
      if (next->seq == shown_ + 1)
        show_next(*next, show);
    early_.erase(early_.begin(), next);
  }

  /// The number of the newest message that is known to be stored.
  std::int64_t known() const { return known_; }

  /// A message with this number is stored, whether it has come yet or not.
  void note_stored(std::int64_t seq) { known_ = std::max(known_, seq); }

  /// Messages are missing.
  bool is_behind() const { return shown_ < known_; }

  /// The store has nothing after what was shown: what was known to be there is lost.
  void give_up_missing() {
    known_ = shown_;
    early_.clear();
  }

  /// Since when nothing has been shown though messages are missing, as far as it was asked.
  clock::time_point stuck_since(clock::time_point now) {
    if (stuck_at_ != shown_) {
      stuck_at_ = shown_;
      stuck_since_ = now;
    }
    return stuck_since_;
  }

 private:
  template <class Show>
  void show_next(const protocol::private_message& message, Show& show) {
    shown_ = message.seq;
    note_stored(shown_);
    show(message);
  }

  void keep(const protocol::private_message& message) {
    note_stored(message.seq);
    auto place = std::ranges::lower_bound(early_, message.seq, {}, &protocol::private_message::seq);
    const bool there = place != early_.end() && place->seq == message.seq;
    if (!there && early_.size() < most_early)
      early_.insert(place, message);
  }

  std::int64_t shown_;
  /// The newest that is known to be stored.
  std::int64_t known_;
  std::int64_t stuck_at_ = -1;
  clock::time_point stuck_since_{};
  /// In the order of their numbers.
  std::vector<protocol::private_message> early_;
};

} // namespace klatsch
