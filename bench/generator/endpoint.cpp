#include "bench/generator/endpoint.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <stdexcept>

namespace klatsch::bench {

endpoint parse_endpoint(std::string_view text) {
  endpoint result;
  result.host = text;
  auto colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos) {
    auto digits = text.substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
  }
  std::string host{text.substr(0, std::min(colon, text.size()))};
  result.address.sin_family = AF_INET;
  result.address.sin_port = htons(port);
  if (port == 0 || inet_pton(AF_INET, host.c_str(), &result.address.sin_addr) != 1)
    throw std::invalid_argument(std::string{text} + " is no IPv4 address with a port");
  return result;
}

} // namespace klatsch::bench
