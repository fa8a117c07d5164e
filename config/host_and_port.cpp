#include "config/host_and_port.hpp"

#include <charconv>
#include <string_view>

#include "config/option_checks.hpp"

namespace klatsch::config {

std::optional<host_and_port> to_host_and_port(const std::string& text) {
  auto colon = text.rfind(':');
  if (colon == std::string::npos)
    return std::nullopt;
  host_and_port result;
  auto digits = std::string_view(text).substr(colon + 1);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result.port);
  if (error != std::errc{} || end != digits.data() + digits.size() || result.port < 1 ||
      result.port > 65535)
    return std::nullopt;
  result.host = text.substr(0, colon);
  const bool bracketed = result.host.starts_with('[') && result.host.ends_with(']');
  if (bracketed)
    result.host = result.host.substr(1, result.host.size() - 2);
  // Without brackets nobody knows where an IPv6 address ends.
  const bool is_ipv6 = result.host.find(':') != std::string::npos;
  if (bracketed != is_ipv6 || !is_host(result.host))
    return std::nullopt;
  return result;
}

} // namespace klatsch::config
