#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/field.hpp"

/// The check of one string against its rule.
namespace klatsch::protocol {

enum class string_problem : std::uint8_t {
  none,
  not_utf8,
  too_short,
  too_long,
  not_an_identifier,
  control_character,
  only_blanks,
  blanks_at_the_ends,
  direction_control,
  colon,
  leading_at_sign,
};

/// Thread-safe; takes time linear in the length of `text`.
string_problem check_string(std::string_view text, const string_rule& rule);

/// The problem as the end of a sentence that begins with the name of the field.
std::string_view sentence_of(string_problem problem);

/// The same with the bounds of `rule` where they are what is broken. Never repeats the text.
std::string explain(string_problem problem, const string_rule& rule);

} // namespace klatsch::protocol
