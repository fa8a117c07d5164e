#include "net/cookie.hpp"

#include "net/header_text.hpp"
#include "protocol/limits.hpp"

namespace klatsch::net {

namespace {

/// The form of rules::token.
bool well_formed(std::string_view token) {
  if (token.empty() || token.size() > protocol::limits::token_bytes)
    return false;
  for (char c : token) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-')
      return false;
  }
  return true;
}

} // namespace

std::optional<std::string> cookie_token(std::string_view header) {
  std::optional<std::string> token;
  for_each_part(header, ';', [&](std::string_view pair) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != cookie_name)
      return true;
    const auto value = pair.substr(equals + 1);
    if (well_formed(value))
      token = std::string{value};
    return false;
  });
  return token;
}

std::string make_cookie(std::string_view token, const cookie_options& options) {
  std::string cookie{cookie_name};
  cookie += '=';
  cookie += token;
  cookie += "; Path=/; Max-Age=" + std::to_string(options.max_age.count());
  cookie += "; HttpOnly; SameSite=Lax";
  if (options.secure)
    cookie += "; Secure";
  return cookie;
}

} // namespace klatsch::net
