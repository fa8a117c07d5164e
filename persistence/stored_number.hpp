#pragma once

#include <cstdint>
#include <string_view>

namespace klatsch::persistence {

/// The number of digits alone, from 0 to limits::largest_integer; throws foreign_content.
std::int64_t stored_number(std::string_view digits);

} // namespace klatsch::persistence
