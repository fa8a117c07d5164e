#pragma once

#include <memory>

#include "bench/peer_protocol.hpp"

namespace klatsch::bench {

std::unique_ptr<peer_protocol> make_klatsch_json();
std::unique_ptr<peer_protocol> make_plain_json();

} // namespace klatsch::bench
