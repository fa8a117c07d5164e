#pragma once

#include <string>

#include "bench/scenario.hpp"

namespace klatsch::bench {

/// Throws std::invalid_argument with a sentence for the user.
run_options parse_command_line(int count, const char* const* arguments);

/// What `--help` prints.
std::string help_text();

} // namespace klatsch::bench
