#define CAF_SUITE redis_log_entry
#include "persistence/redis_log_entry.hpp"

#include <caf/test/unit_test.hpp>

#include "persistence/foreign_content.hpp"

using namespace klatsch::persistence;
using namespace std::string_literals;

namespace {

/// What is wrong with it; nothing where it is a message.
std::string trouble_with(std::string_view value, auto read) {
  try {
    read(value);
    return {};
  } catch (const foreign_content& e) {
    return e.what();
  }
}

std::string trouble_with(std::string_view value) {
  return trouble_with(value, read_log_entry);
}

} // namespace

CAF_TEST(a message can be read with the eye) {
  CAF_CHECK_EQUAL(
      log_entry_value(5000, {"k7m2", "Ann of Gables"}, "c1", "Hello there"),
      "5000 k7m2 c1 13 Ann of Gables Hello there");
}

CAF_TEST(whatever a name or a text is made of is read back) {
  for (const auto& name : {"Ann"s, ""s, " "s, "5 Ann"s, "Ann\n"s, "A\0n"s, "Zoë 🌊"s})
    for (const auto& text : {"hello"s, ""s, " "s, "3 Ann x"s, "two\nlines\n"s, "\0"s, "🌊"s}) {
      const auto entry = read_log_entry(log_entry_value(7, {"ann", name}, "c1", text));
      CAF_CHECK(entry == (log_entry{7, {"ann", name}, "c1", text}));
    }
}

CAF_TEST(what is cut off anywhere is foreign or a shorter text) {
  const auto value = log_entry_value(5000, {"ann", "Ann"}, "c1", "");
  for (std::size_t size = 0; size < value.size(); ++size)
    if (trouble_with(value.substr(0, size)).empty())
      CAF_ERROR("taken for a message: " << value.substr(0, size));
  CAF_CHECK_EQUAL(trouble_with(value), "");
}

CAF_TEST(foreign parts are named) {
  CAF_CHECK_EQUAL(trouble_with("nonsense"), "a message that is cut off");
  CAF_CHECK_EQUAL(trouble_with("x ann c1 3 Ann hello"), "not a number");
  CAF_CHECK_EQUAL(trouble_with("-1 ann c1 3 Ann hello"), "not a number");
  CAF_CHECK_EQUAL(trouble_with("1 a:n c1 3 Ann hello"), "not an id");
  CAF_CHECK_EQUAL(trouble_with("1 ann  3 Ann hello"), "not an id");
  CAF_CHECK_EQUAL(trouble_with("1 ann c1 4 Ann hello"), "a name that is cut off");
  CAF_CHECK_EQUAL(trouble_with("1 ann c1 9007199254740991 Ann hello"), "a name that is cut off");
  CAF_CHECK_EQUAL(trouble_with("1 ann c1 3 \xFF\xFF\xFF hello"), "not a name");
  CAF_CHECK_EQUAL(trouble_with("1 ann c1 3 Ann \xFF"), "not a message's text");
  CAF_CHECK_EQUAL(
      trouble_with("1 ann c1 3 Ann " + std::string(1000000, 'x')), "not a message's text");
}

CAF_TEST(in a conversation the name of the addressee is read back too) {
  CAF_CHECK_EQUAL(
      private_log_entry_value(5000, {"k7m2", "Ann"}, "Bob the Builder", "c1", "Hello"),
      "5000 k7m2 c1 3 Ann 15 Bob the Builder Hello");
  for (const auto& name : {"Bob"s, ""s, " "s, "3 Bob"s, "Zoë 🌊"s})
    for (const auto& text : {"hello"s, ""s, " "s, "3 Bob x"s}) {
      const auto value = private_log_entry_value(7, {"ann", name}, name, "c1", text);
      CAF_CHECK(
          read_private_log_entry(value) ==
          (private_log_entry{{7, {"ann", name}, "c1", text}, name}));
    }
  for (std::string_view value :
       {"", "1 ann c1 3 Ann", "1 ann c1 3 Ann hello", "1 ann c1 3 Ann 9 Bob hello",
        "1 ann c1 3 Ann 3 \xFF\xFF\xFF hello", "1 ann c1 3 Ann 3 Bob \xFF"})
    CAF_CHECK_NOT_EQUAL(trouble_with(value, read_private_log_entry), "");
}
