#define CAF_SUITE strings
#include "test/unit/suite.hpp"

#include <string>

#include "protocol/codec.hpp"
#include "protocol/string_check.hpp"
#include "protocol/unicode.hpp"

using namespace klatsch::protocol;
using namespace std::literals;

namespace {

std::string repeat(std::string_view piece, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i)
    result += piece;
  return result;
}

bool fits(std::string_view text, const string_rule& rule) {
  return why_invalid(text, rule).empty();
}

} // namespace

CAF_TEST(only well formed byte sequences are Unicode) {
  CAF_CHECK(is_valid_utf8(""));
  CAF_CHECK(is_valid_utf8("plain ASCII that is longer than a block"));
  CAF_CHECK(is_valid_utf8("a\u00e4\u20ac\U0001F600z"));
  CAF_CHECK(is_valid_utf8("\xF4\x8F\xBF\xBF"));
  for (auto bad :
       {"\x80"sv, "\xC0\xAF"sv, "\xC1\x81"sv, "\xE0\x80\xAF"sv, "\xED\xA0\x80"sv,
        "\xF0\x80\x80\xAF"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xFF"sv, "\xE2\x82"sv,
        "\xC3"sv, "\xC3("sv, "12345678\xE2\x28\xA1"sv})
    CAF_CHECK(!is_valid_utf8(bad));
}

CAF_TEST(an identifier holds only its alphabet and is bounded) {
  CAF_CHECK(fits("dog_park-9Z", rules::id));
  CAF_CHECK(fits(repeat("a", 64), rules::id));
  CAF_CHECK(!fits(repeat("a", 65), rules::id));
  for (auto bad : {""sv, "a b"sv, "a:b"sv, "../x"sv, "r\u00e4um"sv, "a\0b"sv, "a\n"sv, "{x}"sv})
    CAF_CHECK(!fits(bad, rules::id));
}

CAF_TEST(a text is counted in code points) {
  CAF_CHECK(fits(repeat("\U0001F600", 4000), rules::text));
  CAF_CHECK_EQUAL(check_string(repeat("\U0001F600", 4001), rules::text), string_problem::too_long);
  CAF_CHECK_EQUAL(
      explain(string_problem::too_long, rules::text),
      "is too long: it must have 1 to 4000 characters");
}

CAF_TEST(a text may have lines and tabs and no other control character) {
  CAF_CHECK(fits("a\n\tb", rules::text));
  for (auto bad : {"a\rb"sv, "a\0b"sv, "\x1B[31m"sv, "a\x7F"sv, "a\u0085"sv, "a\u009F"sv})
    CAF_CHECK_EQUAL(check_string(bad, rules::text), string_problem::control_character);
}

CAF_TEST(a character is judged alike wherever it stands) {
  for (const auto& rule : {rules::text, rules::name, rules::title})
    for (int c = 1; c < 128; ++c) {
      const auto alone = check_string("a" + std::string(1, static_cast<char>(c)) + "a", rule);
      for (std::size_t at = 1; at < 19; ++at) {
        std::string text(20, 'a');
        text[at] = static_cast<char>(c);
        CAF_CHECK_EQUAL(check_string(text, rule), alone);
      }
    }
  for (std::size_t blanks = 1; blanks < 20; ++blanks) {
    CAF_CHECK_EQUAL(
        check_string(std::string(blanks, ' '), rules::text), string_problem::only_blanks);
    CAF_CHECK(fits(std::string(blanks, ' ') + "a", rules::text));
    CAF_CHECK(fits(std::string(blanks, 'a') + "\u00e4", rules::name));
    CAF_CHECK_EQUAL(
        check_string(std::string(blanks, 'a') + "\xe4", rules::text), string_problem::not_utf8);
  }
}

CAF_TEST(a text must show something) {
  for (auto bad :
       {" "sv, "\n\t "sv, "\u00a0\u2003\u3000"sv, "\u200b\u200d"sv, "\ufeff"sv, "\u2800"sv})
    CAF_CHECK_EQUAL(check_string(bad, rules::text), string_problem::only_blanks);
  CAF_CHECK_EQUAL(check_string("", rules::text), string_problem::too_short);
  CAF_CHECK(fits("  indented", rules::text));
  CAF_CHECK(fits("\U0001F468\u200D\U0001F469\u200D\U0001F467", rules::text));
}

CAF_TEST(a text may be written from right to left) {
  CAF_CHECK(fits("\u05e9\u05dc\u05d5\u05dd", rules::text));
  CAF_CHECK(fits("\u05e9\u05dc\u05d5\u05dd", rules::name));
}

CAF_TEST(a name is one trimmed line that can be typed between an at sign and a colon) {
  CAF_CHECK(fits("Zo\u00eb van Dam", rules::name));
  CAF_CHECK(fits("a@b", rules::name));
  CAF_CHECK_EQUAL(check_string(" a", rules::name), string_problem::blanks_at_the_ends);
  CAF_CHECK_EQUAL(check_string("a\u3000", rules::name), string_problem::blanks_at_the_ends);
  CAF_CHECK_EQUAL(check_string("a\u200b", rules::name), string_problem::blanks_at_the_ends);
  CAF_CHECK_EQUAL(check_string("a\nb", rules::name), string_problem::control_character);
  CAF_CHECK_EQUAL(check_string("a\u2028b", rules::name), string_problem::control_character);
  CAF_CHECK_EQUAL(check_string("a:b", rules::name), string_problem::colon);
  CAF_CHECK_EQUAL(check_string("@a", rules::name), string_problem::leading_at_sign);
  CAF_CHECK_EQUAL(check_string("a\u202Eb", rules::name), string_problem::direction_control);
  CAF_CHECK_EQUAL(check_string("a\u2066b", rules::name), string_problem::direction_control);
  CAF_CHECK_EQUAL(check_string(repeat("\u00e4", 41), rules::name), string_problem::too_long);
  CAF_CHECK(fits(repeat("\u00e4", 40), rules::name));
}

CAF_TEST(a title may have colons and at signs) {
  CAF_CHECK(fits("@home: the room", rules::title));
  CAF_CHECK(!fits("two\nlines", rules::title));
  CAF_CHECK(!fits(repeat("x", 81), rules::title));
}

CAF_TEST(broken byte sequences fit no rule) {
  for (auto& rule : {rules::id, rules::text, rules::name, rules::title})
    CAF_CHECK(!fits("a\xC3", rule));
}
