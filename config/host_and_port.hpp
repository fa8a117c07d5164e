#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace klatsch::config {

struct host_and_port {
  std::string host;
  std::int64_t port = 0;
};

/// Of "host:port", an IPv6 address in brackets; nothing when it isn't one. Thread-safe.
std::optional<host_and_port> to_host_and_port(const std::string& text);

} // namespace klatsch::config
