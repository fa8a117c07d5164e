#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// First bytes of frames: FIN and opcode.
namespace first_bytes {
inline constexpr unsigned char text = 0x81;
inline constexpr unsigned char unfinished_text = 0x01;
inline constexpr unsigned char continuation = 0x80;
inline constexpr unsigned char unfinished_continuation = 0x00;
inline constexpr unsigned char binary = 0x82;
inline constexpr unsigned char close_frame = 0x88;
inline constexpr unsigned char ping = 0x89;
inline constexpr unsigned char pong = 0x8a;
} // namespace first_bytes

/// A frame as a client sends it, with the shortest length that is allowed; the mask of zeros leaves
/// the payload as it is.
inline std::string
client_frame(unsigned char first_byte, std::string_view payload, bool masked = true) {
  const auto size = payload.size();
  std::string frame{static_cast<char>(first_byte)};
  const int mask = masked ? 0x80 : 0;
  auto add_length = [&](std::size_t code, int shift) {
    frame += static_cast<char>(mask | static_cast<int>(code));
    for (; shift >= 0; shift -= 8)
      frame += static_cast<char>(size >> shift & 0xff);
  };
  if (size < 126)
    add_length(size, -1);
  else if (size < 65536)
    add_length(126, 8);
  else
    add_length(127, 56);
  if (masked)
    frame.append(4, '\0');
  return frame.append(payload);
}
