#include "persistence/stored_number.hpp"

#include <charconv>

#include "persistence/foreign_content.hpp"
#include "protocol/limits.hpp"

namespace klatsch::persistence {

std::int64_t stored_number(std::string_view digits) {
  std::int64_t value = -1;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < 0 ||
      value > protocol::limits::largest_integer)
    throw foreign_content("not a number");
  return value;
}

} // namespace klatsch::persistence
