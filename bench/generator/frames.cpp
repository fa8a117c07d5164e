#include "bench/generator/frames.hpp"

namespace klatsch::bench {

void append_client_frame(std::string& out, opcode kind, std::string_view payload) {
  constexpr unsigned char mask[4] = {0x5a, 0x13, 0xc7, 0x2e};
  out += static_cast<char>(0x80 | static_cast<unsigned char>(kind));
  auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(0x80 | size);
  } else {
    int bytes = size < 65536 ? 2 : 8;
    out += static_cast<char>(0x80 | (bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; --i)
      out += static_cast<char>(size >> (8 * i));
  }
  out.append(reinterpret_cast<const char*>(mask), 4);
  auto begin = out.size();
  out.resize(begin + size);
  for (std::size_t i = 0; i < size; ++i)
    out[begin + i] = static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i & 3]);
}

} // namespace klatsch::bench
