#pragma once

#include <string>

#include "actors/cluster_board.hpp"

namespace klatsch::net {

/// What `GET /api/v1/cluster` answers, documented in docs/OPERATING.md: a JSON object.
std::string cluster_report(const cluster_board::content& content);

} // namespace klatsch::net
