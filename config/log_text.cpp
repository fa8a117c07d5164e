#include "config/log_text.hpp"

#include <cstddef>

#include "protocol/unicode.hpp"

namespace klatsch::logging {

namespace {

using buffer = spdlog::memory_buf_t;

void append(std::string_view text, buffer& line) {
  line.append(text.data(), text.data() + text.size());
}

void append_hexadecimal(std::string_view prefix, unsigned char byte, buffer& line) {
  constexpr std::string_view digits = "0123456789abcdef";
  append(prefix, line);
  line.push_back(digits[byte >> 4]);
  line.push_back(digits[byte & 15]);
}

void append_json_control(char32_t c, buffer& line) {
  switch (c) {
  case '\n':
    return append("\\n", line);
  case '\r':
    return append("\\r", line);
  case '\t':
    return append("\\t", line);
  default:
    append_hexadecimal("\\u00", static_cast<unsigned char>(c), line);
  }
}

/// Calls `code_point(value, its bytes)`, or `invalid_byte(byte)`, for each of them in order.
template <class CodePoint, class InvalidByte>
void for_each_code_point(std::string_view text, CodePoint code_point, InvalidByte invalid_byte) {
  for (std::size_t at = 0; at < text.size();) {
    auto begin = at;
    if (auto c = protocol::next_code_point(text, at)) {
      code_point(*c, text.substr(begin, at - begin));
    } else {
      invalid_byte(static_cast<unsigned char>(text[begin]));
      at = begin + 1;
    }
  }
}

} // namespace

void append_as_json(std::string_view text, buffer& line) {
  for_each_code_point(
      text,
      [&line](char32_t c, std::string_view bytes) {
        if (protocol::is_control(c))
          return append_json_control(c, line);
        if (c == '"' || c == '\\')
          line.push_back('\\');
        append(bytes, line);
      },
      [&line](unsigned char) { append("\xEF\xBF\xBD", line); });
}

void append_as_console_text(std::string_view text, buffer& line) {
  for_each_code_point(
      text,
      [&line](char32_t c, std::string_view bytes) {
        if (protocol::is_control(c))
          append_hexadecimal("\\x", static_cast<unsigned char>(c), line);
        else
          append(bytes, line);
      },
      [&line](unsigned char byte) { append_hexadecimal("\\x", byte, line); });
}

} // namespace klatsch::logging
