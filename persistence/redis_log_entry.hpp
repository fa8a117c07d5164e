#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/messages.hpp"

namespace klatsch::persistence {

/// A message as it lies in a stream of Redis, but for its number:
///
///     <ts> <sender's id> <cid> <bytes of the name> <sender's name> <text>
///
/// One value and not a field for each part, because Redis makes an object of each word again for
/// the script, for XADD, for the stream and for the append-only file. In a conversation the
/// addressee's name stands behind the sender's, with its length too.
struct log_entry {
  std::int64_t ts = 0;
  protocol::user from;
  std::string cid;
  std::string text;
  friend bool operator==(const log_entry&, const log_entry&) = default;
};

struct private_log_entry : log_entry {
  std::string to_name;
  friend bool operator==(const private_log_entry&, const private_log_entry&) = default;
};

/// Of what is well-formed.
std::string log_entry_value(
    std::int64_t ts, const protocol::user& from, std::string_view cid, std::string_view text);
std::string private_log_entry_value(
    std::int64_t ts,
    const protocol::user& from,
    std::string_view to_name,
    std::string_view cid,
    std::string_view text);

/// Both throw foreign_content where it is not what the function above made of something
/// well-formed.
log_entry read_log_entry(std::string_view value);
private_log_entry read_private_log_entry(std::string_view value);

} // namespace klatsch::persistence
