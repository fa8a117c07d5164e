#include "persistence/redis_refusal.hpp"

#include <algorithm>
#include <array>

namespace klatsch::persistence {

namespace {

constexpr std::array<std::string_view, 14> refusals{
    "OOM",      "READONLY",   "LOADING",     "NOAUTH",     "NOPERM",     "MISCONF", "BUSY",
    "TRYAGAIN", "MASTERDOWN", "CLUSTERDOWN", "NOREPLICAS", "UNKILLABLE", "MOVED",   "NOSCRIPT"};

} // namespace

bool is_refusal(std::string_view error) {
  // Redis 6 wraps an error inside of a script, "ERR Error running script …: -OOM command …", and
  // one that the script has caught, "@user_script: 30: -OOM command …".
  if (error.starts_with("ERR Error running script") || error.starts_with("@user_script"))
    if (auto begin = error.find(": -"); begin != std::string_view::npos)
      error.remove_prefix(begin + 3);
  auto code = error.substr(0, error.find(' '));
  return std::find(refusals.begin(), refusals.end(), code) != refusals.end();
}

bool needs_reconnect(std::string_view error) {
  return error.find("READONLY") != std::string_view::npos || error.starts_with("NOAUTH");
}

} // namespace klatsch::persistence
