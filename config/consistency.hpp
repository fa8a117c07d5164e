#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace klatsch::config {

/// What is wrong with options that are valid singly but not together: one sentence for each fault,
/// which names the options. Thread-safe.
std::vector<std::string> inconsistencies(const settings& values);

} // namespace klatsch::config
