#pragma once

#include <memory>

#include "bench/scenario.hpp"

namespace klatsch::bench {

std::unique_ptr<scenario> make_fan_out(const scenario_context& context);
std::unique_ptr<scenario> make_cluster(const scenario_context& context);
std::unique_ptr<scenario> make_private_pairs(const scenario_context& context);
std::unique_ptr<scenario> make_connect(const scenario_context& context);
std::unique_ptr<scenario> make_idle(const scenario_context& context);
std::unique_ptr<scenario> make_history(const scenario_context& context);
std::unique_ptr<scenario> make_resume_storm(const scenario_context& context);
std::unique_ptr<scenario> make_presence_storm(const scenario_context& context);
std::unique_ptr<scenario> make_acknowledged_sends(const scenario_context& context);

} // namespace klatsch::bench
