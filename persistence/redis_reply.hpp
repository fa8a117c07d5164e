#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hiredis/hiredis.h>

namespace klatsch::persistence {

struct reply_deleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

/// What Redis answered; owns all that is nested in it.
using redis_reply = std::unique_ptr<redisReply, reply_deleter>;

/// Reads a reply, or an element of one, whose owner outlives it. Every member throws
/// foreign_content when the value isn't what klatsch writes there.
class redis_value {
 public:
  explicit redis_value(const redisReply* reply) : reply_(reply) {}

  bool is_error() const;
  bool is_status() const;
  bool is_array() const;
  /// The text of an error, a status or a string.
  std::string_view text() const;

  std::size_t size() const;
  /// One more than the last element is an error as well.
  redis_value operator[](std::size_t index) const;

  /// From an integer or from digits.
  std::int64_t number() const;
  /// The sequence number in the id of a log's entry, `<seq>-0`.
  std::int64_t entry_number() const;
  std::string id() const;
  std::string name() const;
  std::string title() const;
  std::vector<std::string> sorted_ids() const;
  /// Two numbers with a blank between them.
  std::pair<std::int64_t, std::int64_t> number_pair() const;

 private:
  const redisReply* reply_;
};

} // namespace klatsch::persistence
