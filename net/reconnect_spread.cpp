#include "net/reconnect_spread.hpp"

#include <algorithm>

#include <sodium.h>

namespace klatsch::net {

std::int64_t reconnect_delay_ms(std::size_t clients, std::int64_t rate) {
  const auto spread = static_cast<std::int64_t>(clients) * 1000 / std::max<std::int64_t>(rate, 1);
  const auto bound = std::clamp<std::int64_t>(spread, 0, longest_reconnect_delay_ms);
  return randombytes_uniform(static_cast<std::uint32_t>(bound) + 1);
}

} // namespace klatsch::net
