#pragma once

#include <string_view>

/// Small functions on header fields, whose text is ASCII whatever the locale.
namespace klatsch::net {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i != a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i]))
      return false;
  return true;
}

/// Without spaces and tabs at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Calls `function` with each trimmed part of a list; ends early when it returns false.
template <class Function>
void for_each_part(std::string_view list, char separator, Function function) {
  while (true) {
    const auto end = list.find(separator);
    if (!function(trimmed(list.substr(0, end))) || end == std::string_view::npos)
      return;
    list.remove_prefix(end + 1);
  }
}

} // namespace klatsch::net
