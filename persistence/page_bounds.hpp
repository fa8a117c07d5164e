#pragma once

#include <algorithm>
#include <cstdint>

#include "persistence/requests.hpp"
#include "protocol/limits.hpp"

/// How much one request may read. A larger `limit` is lowered, and the answer then says `more`.
namespace klatsch::persistence {

inline constexpr std::int64_t largest_page = protocol::limits::resume_messages;
inline constexpr std::int64_t largest_list = 10000;
inline constexpr std::int64_t largest_sweep = 10000;

constexpr std::int64_t bounded(std::int64_t limit, std::int64_t largest) {
  return std::clamp<std::int64_t>(limit, 0, largest);
}

/// A `page` as the back ends need it: `first` ≤ seq ≤ `last`, and from which end.
struct page_bounds {
  std::int64_t first;
  std::int64_t last;
  std::int64_t limit;
  bool oldest_first;

  explicit constexpr page_bounds(const page& part)
      : first(bounded(part.after.value_or(0), protocol::limits::largest_integer) + 1),
        last(
            bounded(
                part.before.value_or(protocol::limits::largest_integer),
                protocol::limits::largest_integer) -
            1),
        limit(bounded(part.limit, largest_page)), oldest_first(part.after.has_value()) {}
};

/// From up to `limit + 1` messages in the direction of reading to the page that is answered.
template <class Message>
log_page<Message> make_page(std::vector<Message> read, const page_bounds& bounds) {
  log_page<Message> result;
  result.more = static_cast<std::int64_t>(read.size()) > bounds.limit;
  if (result.more)
    read.resize(static_cast<std::size_t>(bounds.limit));
  if (!bounds.oldest_first)
    std::reverse(read.begin(), read.end());
  result.messages = std::move(read);
  return result;
}

} // namespace klatsch::persistence
