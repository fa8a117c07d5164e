#include "bench/peers/server_frames.hpp"

#include <array>
#include <openssl/evp.h>

namespace klatsch::bench {

std::string server_frame(std::string_view text) {
  std::string frame{'\x81'};
  auto size = text.size();
  if (size < 126) {
    frame += static_cast<char>(size);
  } else {
    int bytes = size < 65536 ? 2 : 8;
    frame += static_cast<char>(bytes == 2 ? 126 : 127);
    for (int i = bytes - 1; i >= 0; --i)
      frame += static_cast<char>(size >> (8 * i));
  }
  return frame.append(text);
}

std::size_t
take_client_frame(char* bytes, std::size_t size, unsigned& kind, std::string_view& out) {
  if (size < 6)
    return 0;
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  kind = at(0) & 15;
  std::size_t length = at(1) & 127;
  std::size_t header = 2;
  if (length >= 126) {
    header = length == 126 ? 4 : 10;
    if (size < header)
      return 0;
    length = 0;
    for (std::size_t i = 2; i < header; ++i)
      length = length << 8 | at(i);
  }
  if (size < header + 4 || size - header - 4 < length)
    return 0;
  auto* payload = bytes + header + 4;
  for (std::size_t i = 0; i < length; ++i)
    payload[i] = static_cast<char>(payload[i] ^ bytes[header + (i & 3)]);
  out = {payload, length};
  return header + 4 + length;
}

std::string handshake_response(std::string_view request) {
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  auto begin = request.find(name);
  if (begin == request.npos)
    return {};
  auto key = request.substr(begin + name.size());
  std::string proof{key.substr(0, key.find("\r\n"))};
  // The constant of RFC 6455.
  proof += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(proof.data(), proof.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> text;
  auto length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         std::string{reinterpret_cast<char*>(text.data()), static_cast<std::size_t>(length)} +
         "\r\n\r\n";
}

} // namespace klatsch::bench
