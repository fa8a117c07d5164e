#include "protocol/unicode.hpp"

#include <cstdint>
#include <cstring>

namespace klatsch::protocol {

namespace {

/// How many bytes a code point has whose first byte is `lead`, and the least value that needs as
/// many.
struct sequence_form {
  std::size_t length;
  char32_t bits;
  char32_t least;
};

std::optional<sequence_form> form_of(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF)
    return sequence_form{2, static_cast<char32_t>(lead & 0x1F), 0x80};
  if (lead >= 0xE0 && lead <= 0xEF)
    return sequence_form{3, static_cast<char32_t>(lead & 0x0F), 0x800};
  if (lead >= 0xF0 && lead <= 0xF4)
    return sequence_form{4, static_cast<char32_t>(lead & 0x07), 0x10000};
  return std::nullopt;
}

} // namespace

std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  auto form = form_of(lead);
  if (!form || text.size() - at < form->length)
    return std::nullopt;
  char32_t result = form->bits;
  for (std::size_t i = 1; i < form->length; ++i) {
    auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0) != 0x80)
      return std::nullopt;
    result = (result << 6) | (byte & 0x3F);
  }
  bool surrogate = result >= 0xD800 && result <= 0xDFFF;
  if (result < form->least || result > 0x10FFFF || surrogate)
    return std::nullopt;
  at += form->length;
  return result;
}

bool is_valid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    // Most texts are ASCII: eight bytes at a time.
    std::uint64_t block = 0;
    if (text.size() - at >= sizeof(block)) {
      std::memcpy(&block, text.data() + at, sizeof(block));
      if ((block & 0x8080808080808080u) == 0) {
        at += sizeof(block);
        continue;
      }
    }
    if (static_cast<unsigned char>(text[at]) < 0x80)
      ++at;
    else if (!next_code_point(text, at))
      return false;
  }
  return true;
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

bool is_blank(char32_t c) {
  if (c <= 0x20)
    return c == 0x20 || (c >= 0x09 && c <= 0x0D);
  if (c < 0x85)
    return false;
  switch (c) {
  case 0x0085: // next line
  case 0x00A0: // no-break space
  case 0x00AD: // soft hyphen
  case 0x034F: // combining grapheme joiner
  case 0x061C: // Arabic letter mark
  case 0x115F: // Hangul fillers
  case 0x1160:
  case 0x3164:
  case 0xFFA0:
  case 0x1680: // Ogham space
  case 0x180E: // Mongolian vowel separator
  case 0x202F: // narrow no-break space
  case 0x205F: // mathematical space
  case 0x2800: // Braille blank
  case 0x3000: // ideographic space
  case 0xFEFF: // zero-width no-break space
    return true;
  default:
    // En quad to right-to-left mark, separators, word joiner to invisible plus.
    return (c >= 0x2000 && c <= 0x200F) || is_line_separator(c) || (c >= 0x2060 && c <= 0x2064);
  }
}

bool is_line_separator(char32_t c) {
  return c == 0x2028 || c == 0x2029;
}

bool is_direction_control(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

} // namespace klatsch::protocol
