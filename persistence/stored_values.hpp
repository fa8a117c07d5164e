#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What lies in Redis, which keeps whatever others write there too: each of these is the value when
/// it is one that klatsch writes, and throws foreign_content when not.
namespace klatsch::persistence {

/// Decimal, from 0 to limits::largest_integer, without leading zeros.
std::int64_t stored_number(std::string_view digits);
std::string stored_id(std::string_view value);
std::string stored_name(std::string_view value);
std::string stored_title(std::string_view value);
std::string stored_text(std::string_view value);

} // namespace klatsch::persistence
