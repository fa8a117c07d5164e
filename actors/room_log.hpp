#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/messages.hpp"

namespace klatsch {

/// What a room knows of its log: the number of the newest message that was shown, those that are
/// stored but can't be shown before an earlier one is known, and a tail of the newest ones.
class room_log {
 public:
  explicit room_log(std::size_t tail_messages) : tail_messages_(tail_messages) {}

  void start(std::int64_t seq) { shown_ = stored_ = seq; }

  /// The newest message that was shown.
  std::int64_t seq() const { return shown_; }

  /// The newest timestamp given, so that time never runs backwards within a room.
  std::int64_t next_ts(std::int64_t now_ms);

  /// A message is known to be stored. Forgets those that were shown already.
  void add(protocol::message stored);

  /// A message with this number is known to be stored, its content is not.
  void note_stored(std::int64_t seq);

  /// The next message to show, in the dense order; nothing where it isn't known (yet).
  std::optional<protocol::message> next();

  /// Something is stored that can't be shown until what precedes it has been read.
  bool has_hole() const { return shown_ < stored_ && !ready_.contains(shown_ + 1); }

  /// Messages with seq > after, when all of them are in the tail.
  std::optional<std::vector<protocol::message>> since(std::int64_t after) const;

  /// Ids of those whose messages are in the tail.
  std::set<std::string> recent_senders() const;

 private:
  std::size_t tail_messages_;
  std::int64_t shown_ = 0;
  std::int64_t stored_ = 0;
  std::int64_t last_ts_ = 0;
  std::map<std::int64_t, protocol::message> ready_;
  std::deque<protocol::message> tail_;
};

} // namespace klatsch
