#include "protocol/string_check.hpp"

#include <cstring>

#include "protocol/codec.hpp"
#include "protocol/unicode.hpp"

namespace klatsch::protocol {

namespace {

bool is_identifier_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

string_problem check_identifier(std::string_view text, const string_rule& rule) {
  if (text.size() < rule.min_code_points)
    return string_problem::too_short;
  for (char c : text)
    if (!is_identifier_character(c))
      return string_problem::not_an_identifier;
  return text.size() > rule.max_code_points ? string_problem::too_long : string_problem::none;
}

string_problem check_character(char32_t c, const string_rule& rule) {
  switch (rule.characters) {
  case string_rule::alphabet::multiline:
    if (is_control(c) && c != '\n' && c != '\t')
      return string_problem::control_character;
    break;
  case string_rule::alphabet::single_line:
    if (is_control(c) || is_line_separator(c))
      return string_problem::control_character;
    if (is_direction_control(c))
      return string_problem::direction_control;
    break;
  default:
    break;
  }
  if (rule.addressable && c == ':')
    return string_problem::colon;
  return string_problem::none;
}

/// Eight characters, which are looked at together.
class ascii_block {
 public:
  explicit ascii_block(const char* text) { std::memcpy(&bytes_, text, sizeof(bytes_)); }

  /// All are printable ASCII, and none is a colon.
  bool is_plain() const {
    const auto below_blank = bytes_ - each(' ');
    return ((bytes_ | below_blank | zeros(bytes_ ^ each(0x7F)) | zeros(bytes_ ^ each(':'))) &
            each(0x80)) == 0;
  }

  bool is_blank() const { return bytes_ == each(' '); }

 private:
  static constexpr std::uint64_t each(unsigned char c) { return c * 0x0101010101010101u; }

  /// Has the high bit of a byte that is 0, unless one of the bytes has that bit already.
  static constexpr std::uint64_t zeros(std::uint64_t bytes) { return bytes - each(1); }

  std::uint64_t bytes_ = 0;
};

/// What can only be said when all of a text was read.
struct whole_text {
  std::size_t code_points = 0;
  bool anything_visible = false;
  char32_t first = 0;
  char32_t last = 0;

  void add(char32_t c) {
    if (code_points++ == 0)
      first = c;
    last = c;
    anything_visible |= !is_blank(c) && !is_direction_control(c);
  }

  /// Adds the characters from `at` on that no rule forbids at any place, and returns where they
  /// end. Most texts consist of them, so this is what the check of a text costs.
  std::size_t add_plain(std::string_view text, std::size_t at) {
    auto end = at;
    bool blank = true;
    for (; text.size() - end >= sizeof(ascii_block); end += sizeof(ascii_block)) {
      const ascii_block block(text.data() + end);
      if (!block.is_plain())
        break;
      blank &= block.is_blank();
    }
    for (; end < text.size() && is_plain(text[end]); ++end)
      blank &= text[end] == ' ';
    if (end == at)
      return at;
    if (code_points == 0)
      first = static_cast<unsigned char>(text[at]);
    last = static_cast<unsigned char>(text[end - 1]);
    code_points += end - at;
    anything_visible |= !blank;
    return end;
  }

 private:
  static bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != ':'; }
};

string_problem check_whole(const whole_text& text, const string_rule& rule) {
  if (text.code_points < rule.min_code_points)
    return string_problem::too_short;
  if (text.code_points > rule.max_code_points)
    return string_problem::too_long;
  if (rule.characters == string_rule::alphabet::any || text.code_points == 0)
    return string_problem::none;
  if (!text.anything_visible)
    return string_problem::only_blanks;
  bool one_line = rule.characters == string_rule::alphabet::single_line;
  if (one_line && (is_blank(text.first) || is_blank(text.last)))
    return string_problem::blanks_at_the_ends;
  if (rule.addressable && text.first == '@')
    return string_problem::leading_at_sign;
  return string_problem::none;
}

} // namespace

string_problem check_string(std::string_view text, const string_rule& rule) {
  if (rule.characters == string_rule::alphabet::identifier)
    return check_identifier(text, rule);
  whole_text whole;
  for (std::size_t at = 0; at < text.size();) {
    auto c = next_code_point(text, at);
    if (!c)
      return string_problem::not_utf8;
    if (auto problem = check_character(*c, rule); problem != string_problem::none)
      return problem;
    whole.add(*c);
    at = whole.add_plain(text, at);
  }
  return check_whole(whole, rule);
}

std::string_view sentence_of(string_problem problem) {
  switch (problem) {
  case string_problem::none:
    return {};
  case string_problem::not_utf8:
    return "is not valid UTF-8";
  case string_problem::too_short:
    return "is too short";
  case string_problem::too_long:
    return "is too long";
  case string_problem::not_an_identifier:
    return "may hold only letters A to Z and a to z, digits, _ and -";
  case string_problem::control_character:
    return "holds a control character";
  case string_problem::only_blanks:
    return "holds nothing visible";
  case string_problem::blanks_at_the_ends:
    return "begins or ends with white space";
  case string_problem::direction_control:
    return "holds a character that changes the direction of writing";
  case string_problem::colon:
    return "may not hold a colon";
  case string_problem::leading_at_sign:
    return "may not begin with @";
  }
  return {};
}

std::string explain(string_problem problem, const string_rule& rule) {
  std::string result{sentence_of(problem)};
  if (problem == string_problem::too_long || problem == string_problem::too_short)
    result += ": it must have " + std::to_string(rule.min_code_points) + " to " +
              std::to_string(rule.max_code_points) + " characters";
  return result;
}

std::string_view why_invalid(std::string_view text, const string_rule& rule) {
  return sentence_of(check_string(text, rule));
}

} // namespace klatsch::protocol
