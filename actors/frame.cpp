#include "actors/frame.hpp"

namespace klatsch {

namespace {

constexpr std::size_t largest_header = 10;

/// A complete WebSocket message: the header of an unfragmented text (JSON) or binary (MessagePack)
/// one, and `payload`.
void append_message(protocol::wire_format format, const std::string& payload, std::string& to) {
  // RFC 6455, 5.2: FIN and the opcode; the length in 7, 16 or 64 bits, big endian.
  const auto opcode = format == protocol::wire_format::json ? 0x81 : 0x82;
  const auto size = static_cast<std::uint64_t>(payload.size());
  to.push_back(static_cast<char>(opcode));
  auto append_length = [&](int octets) {
    for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8)
      to.push_back(static_cast<char>(size >> shift & 0xff));
  };
  if (size < 126) {
    append_length(1);
  } else if (size <= 0xffff) {
    to.push_back(126);
    append_length(2);
  } else {
    to.push_back(127);
    append_length(8);
  }
  to.append(payload);
}

} // namespace

wire_bytes make_wire_bytes(protocol::wire_format format, const std::string& payload) {
  return make_wire_bytes(format, std::span{&payload, 1});
}

wire_bytes make_wire_bytes(protocol::wire_format format, std::span<const std::string> payloads) {
  std::size_t size = 0;
  for (const auto& payload : payloads)
    size += payload.size() + largest_header;
  auto bytes = std::make_shared<std::string>();
  bytes->reserve(size);
  for (const auto& payload : payloads)
    append_message(format, payload, *bytes);
  return bytes;
}

const wire_bytes& frame::bytes(protocol::wire_format format) const {
  const auto place = static_cast<std::size_t>(format);
  std::call_once(encoded_[place], [&] {
    std::vector<std::string> payloads;
    encode_to(payloads, format);
    bytes_[place] = make_wire_bytes(format, payloads);
  });
  return bytes_[place];
}

} // namespace klatsch
