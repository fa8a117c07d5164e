#include "actors/room_log.hpp"

#include <algorithm>
#include <utility>

namespace klatsch {

std::int64_t room_log::next_ts(std::int64_t now_ms) {
  last_ts_ = std::max(last_ts_, now_ms);
  return last_ts_;
}

void room_log::add(protocol::message stored) {
  note_stored(stored.seq);
  if (stored.seq > shown_)
    ready_.emplace(stored.seq, std::move(stored));
}

void room_log::note_stored(std::int64_t seq) {
  stored_ = std::max(stored_, seq);
}

std::optional<protocol::message> room_log::next() {
  auto first = ready_.begin();
  if (first == ready_.end() || first->first != shown_ + 1)
    return std::nullopt;
  shown_ = first->first;
  last_ts_ = std::max(last_ts_, first->second.ts);
  auto content = std::move(first->second);
  ready_.erase(first);
  tail_.push_back(content);
  if (tail_.size() > tail_messages_)
    tail_.pop_front();
  return content;
}

std::optional<std::vector<protocol::message>> room_log::since(std::int64_t after) const {
  if (after >= shown_)
    return std::vector<protocol::message>{};
  const auto wanted = static_cast<std::size_t>(shown_ - after);
  if (wanted > tail_.size())
    return std::nullopt;
  return std::vector<protocol::message>(
      tail_.end() - static_cast<std::ptrdiff_t>(wanted), tail_.end());
}

std::set<std::string> room_log::recent_senders() const {
  std::set<std::string> ids;
  for (auto& each : tail_)
    ids.insert(each.from.id);
  return ids;
}

} // namespace klatsch
