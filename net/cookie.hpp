#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace klatsch::net {

inline constexpr std::string_view cookie_name = "klatsch_session";

struct cookie_options {
  std::chrono::seconds max_age{30LL * 24 * 3600};
  /// Only over HTTPS; for klatsch behind a proxy that speaks TLS.
  bool secure = false;
};

/// The token in a Cookie header, where it has the form of one. What is not `name=value` is passed
/// over; of several cookies of the name the first counts, as browsers send the most specific first.
std::optional<std::string> cookie_token(std::string_view header);

/// The value of a Set-Cookie header that gives the browser this token.
std::string make_cookie(std::string_view token, const cookie_options& options);

} // namespace klatsch::net
