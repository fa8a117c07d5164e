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
/// the script, for XADD, for the stream and for the append-only file.
struct log_entry {
  std::int64_t ts = 0;
  protocol::user from;
  std::string cid;
  std::string text;
  friend bool operator==(const log_entry&, const log_entry&) = default;
};

/// Of what is well-formed.
std::string log_entry_value(
    std::int64_t ts, const protocol::user& from, std::string_view cid, std::string_view text);

/// Throws foreign_content where it is not what `log_entry_value` made of something well-formed.
log_entry read_log_entry(std::string_view value);

/// `<id> <name>`, as an addressee lies beside the message; throws foreign_content too.
protocol::user read_addressee(std::string_view value);

} // namespace klatsch::persistence
