#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

namespace klatsch::bench {

/// Where a server listens.
struct endpoint {
  std::string host;
  sockaddr_in address{};
};

/// Of "127.0.0.1:8080"; throws std::invalid_argument.
endpoint parse_endpoint(std::string_view text);

} // namespace klatsch::bench
