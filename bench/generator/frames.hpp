#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace klatsch::bench {

enum class opcode : unsigned char {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// A WebSocket frame (RFC 6455) within a buffer.
struct frame {
  opcode kind = opcode::text;
  bool last = true;
  std::string_view payload;
};

/// Appends a client's frame. The mask is constant but not zero, which some servers would skip.
void append_client_frame(std::string& out, opcode kind, std::string_view payload);

/// Takes the frame at the beginning of `bytes`, which a server sent, without a mask. Returns its
/// size with the header, or 0 while it is incomplete.
inline std::size_t take_server_frame(std::string_view bytes, frame& out) {
  if (bytes.size() < 2)
    return 0;
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  out.kind = static_cast<opcode>(at(0) & 15);
  out.last = (at(0) & 128) != 0;
  std::size_t size = at(1) & 127;
  std::size_t header = 2;
  if (size >= 126) {
    header = size == 126 ? 4 : 10;
    if (bytes.size() < header)
      return 0;
    size = 0;
    for (std::size_t i = 2; i < header; ++i)
      size = size << 8 | at(i);
  }
  if (bytes.size() - header < size)
    return 0;
  out.payload = bytes.substr(header, size);
  return header + size;
}

} // namespace klatsch::bench
