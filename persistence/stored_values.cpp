#include "persistence/stored_values.hpp"

#include <charconv>

#include "persistence/foreign_content.hpp"
#include "persistence/well_formed.hpp"
#include "protocol/limits.hpp"

namespace klatsch::persistence {

namespace {

std::string checked(std::string_view value, bool (*rule)(std::string_view), const char* trouble) {
  if (!rule(value))
    throw foreign_content(trouble);
  return std::string(value);
}

} // namespace

std::int64_t stored_number(std::string_view digits) {
  // As to_chars writes it, in one way only.
  const bool canonical = digits == "0" || (!digits.empty() && digits[0] >= '1' && digits[0] <= '9');
  std::int64_t value = -1;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (!canonical || error != std::errc{} || end != digits.data() + digits.size() ||
      value > protocol::limits::largest_integer)
    throw foreign_content("not a number");
  return value;
}

std::string stored_id(std::string_view value) {
  return checked(value, well_formed_id, "not an id");
}

std::string stored_name(std::string_view value) {
  return checked(value, well_formed_name, "not a name");
}

std::string stored_title(std::string_view value) {
  return checked(value, well_formed_title, "not a title");
}

std::string stored_text(std::string_view value) {
  return checked(value, well_formed_text, "not a message's text");
}

} // namespace klatsch::persistence
