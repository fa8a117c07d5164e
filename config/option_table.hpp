#pragma once

#include <string_view>
#include <vector>

#include "config/option.hpp"

namespace klatsch::config {

/// Every option of klatsch, declared once, groups together. What CAF reads from files and the
/// command line, --help, the names in the environment, the checks at the start,
/// config/klatsch.conf and the table in docs/OPERATING.md are made from it. Thread-safe.
const std::vector<option>& option_table();

/// The option of this name, or a null pointer.
const option* find_option(std::string_view name);

} // namespace klatsch::config
