#pragma once

#include <memory>

#include "bench/scenario.hpp"

namespace klatsch::bench {

std::unique_ptr<scenario> make_fan_out(const scenario_context& context);

} // namespace klatsch::bench
