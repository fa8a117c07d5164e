#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace klatsch::bench {

/// What a text of the load generator says at its beginning: by it the receiver knows whether it got
/// each message once and in order, and how long that took.
struct stamp {
  std::uint32_t room = 0;
  std::uint32_t sender = 0;
  /// Dense for each room and sender, from 0.
  std::uint32_t number = 0;
  /// The lower 32 bits of the clock at the time when it was to be sent, so unsigned differences of
  /// up to 71 minutes are right.
  std::uint32_t intended_us = 0;
};

/// Nothing else in any payload looks like this, in none of the wire formats.
inline constexpr std::string_view stamp_mark = "|kb:";
inline constexpr std::size_t stamp_size = stamp_mark.size() + 4 * 8;

/// Replaces `out` by a text of `size` bytes, but no less than a stamp takes; its letters need no
/// escape in JSON and XML.
void write_text(const stamp& what, std::size_t size, std::string& out);

/// Where the next stamp begins in `payload` at or after `from`; npos where there is none.
std::size_t find_stamp(std::string_view payload, std::size_t from = 0);

/// Reads the stamp that begins at `at`; false where it is cut off or broken.
bool read_stamp(std::string_view payload, std::size_t at, stamp& out);

} // namespace klatsch::bench
