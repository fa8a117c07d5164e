#include "actors/frame.hpp"

namespace klatsch {

wire_bytes make_wire_bytes(protocol::wire_format format, const std::string& payload) {
  // RFC 6455, 5.2: FIN and the opcode; the length in 7, 16 or 64 bits, big endian.
  const auto opcode = format == protocol::wire_format::json ? 0x81 : 0x82;
  const auto size = static_cast<std::uint64_t>(payload.size());
  auto bytes = std::make_shared<std::string>();
  bytes->reserve(payload.size() + 10);
  bytes->push_back(static_cast<char>(opcode));
  auto append_length = [&](int octets) {
    for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8)
      bytes->push_back(static_cast<char>(size >> shift & 0xff));
  };
  if (size < 126) {
    append_length(1);
  } else if (size <= 0xffff) {
    bytes->push_back(126);
    append_length(2);
  } else {
    bytes->push_back(127);
    append_length(8);
  }
  bytes->append(payload);
  return bytes;
}

const wire_bytes& frame::bytes(protocol::wire_format format) const {
  const auto place = static_cast<std::size_t>(format);
  std::call_once(encoded_[place], [&] { bytes_[place] = make_wire_bytes(format, encode(format)); });
  return bytes_[place];
}

} // namespace klatsch
