#pragma once

#include <cstddef>
#include <cstdint>

namespace klatsch::net {

/// The longest that a client is told to wait.
inline constexpr std::int64_t longest_reconnect_delay_ms = 60000;

/// When one of so many clients that are sent away together should come back: at random within the
/// time in which `rate` of them come back a second. Thread-safe.
std::int64_t reconnect_delay_ms(std::size_t clients, std::int64_t rate);

} // namespace klatsch::net
