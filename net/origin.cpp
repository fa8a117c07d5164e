#include "net/origin.hpp"

#include "net/header_text.hpp"

namespace klatsch::net {

namespace {

constexpr std::string_view http_scheme = "http://";
constexpr std::string_view https_scheme = "https://";

/// Without the scheme's own port, which browsers leave out, but a Host header may name.
std::string_view without_port(std::string_view authority, std::string_view port) {
  if (authority.size() > port.size() && authority.ends_with(port))
    authority.remove_suffix(port.size());
  return authority;
}

} // namespace

bool origin_allowed(
    std::string_view origin, std::string_view host, const std::vector<std::string>& allowed) {
  if (origin.empty())
    return true;
  for (const auto& candidate : allowed)
    if (equal_ignoring_case(origin, candidate))
      return true;
  std::string_view port;
  if (equal_ignoring_case(origin.substr(0, http_scheme.size()), http_scheme)) {
    origin.remove_prefix(http_scheme.size());
    port = ":80";
  } else if (equal_ignoring_case(origin.substr(0, https_scheme.size()), https_scheme)) {
    origin.remove_prefix(https_scheme.size());
    port = ":443";
  } else {
    return false;
  }
  return !host.empty() && equal_ignoring_case(without_port(origin, port), without_port(host, port));
}

} // namespace klatsch::net
