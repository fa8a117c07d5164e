#include "net/control_frames.hpp"

namespace klatsch::net {

namespace {

// RFC 6455, 5.2: the FIN bit and the opcode.
constexpr unsigned char fin_and_close = 0x88;
constexpr unsigned char fin_and_ping = 0x89;

} // namespace

wire_bytes make_close_frame(protocol::close_code code, std::string_view reason) {
  if (reason.empty())
    reason = protocol::row_of(code).name;
  const auto number = static_cast<std::uint16_t>(code);
  std::string frame;
  frame.push_back(static_cast<char>(fin_and_close));
  frame.push_back(static_cast<char>(2 + reason.size()));
  frame.push_back(static_cast<char>(number >> 8));
  frame.push_back(static_cast<char>(number & 0xff));
  frame += reason;
  return std::make_shared<const std::string>(std::move(frame));
}

const wire_bytes& ping_frame() {
  static const wire_bytes frame =
      std::make_shared<const std::string>(std::string{static_cast<char>(fin_and_ping), '\0'});
  return frame;
}

bool is_close_frame(const void* bytes, std::size_t size) {
  return size > 0 && *static_cast<const unsigned char*>(bytes) == fin_and_close;
}

} // namespace klatsch::net
