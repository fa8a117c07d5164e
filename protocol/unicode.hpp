#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// The little of Unicode that the rules of strings need. All functions are thread-safe.
namespace klatsch::protocol {

/// Reads the code point that begins at `at` and moves `at` behind it; nothing where the bytes
/// there are not valid UTF-8 (overlong forms, surrogates and values above U+10FFFF are not).
/// `at` must be less than `text.size()`.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at);

bool is_valid_utf8(std::string_view text);

/// C0, DEL and C1.
bool is_control(char32_t c);

/// What no one sees: the white space of Unicode, zero-width and filler characters.
bool is_blank(char32_t c);

/// The line and paragraph separators.
bool is_line_separator(char32_t c);

/// Controls that make the text around them run in another direction: with them a name could pass
/// for another one.
bool is_direction_control(char32_t c);

} // namespace klatsch::protocol
