#define CAF_SUITE stamps
#include "test/unit/suite.hpp"

#include "bench/generator/stamp.hpp"

using namespace klatsch::bench;

CAF_TEST(a stamp is read as it was written from within any payload) {
  std::string text;
  write_text({17, 3, 0xfedcba98, 0x01234567}, 100, text);
  CAF_CHECK_EQUAL(text.size(), 100u);
  auto payload = "|{\"text\":\"|kb\"|k" + text + "\"}";
  auto at = find_stamp(payload);
  CAF_REQUIRE_EQUAL(at, 16u);
  stamp read;
  CAF_REQUIRE(read_stamp(payload, at, read));
  CAF_CHECK_EQUAL(read.room, 17u);
  CAF_CHECK_EQUAL(read.sender, 3u);
  CAF_CHECK_EQUAL(read.number, 0xfedcba98u);
  CAF_CHECK_EQUAL(read.intended_us, 0x01234567u);
}

CAF_TEST(a text is never shorter than its stamp) {
  std::string text;
  write_text({}, 1, text);
  CAF_CHECK_EQUAL(text.size(), stamp_size);
}

CAF_TEST(a stamp that is cut off or damaged is not read) {
  std::string text;
  write_text({1, 2, 3, 4}, 0, text);
  stamp read;
  CAF_CHECK(!read_stamp(text.substr(0, text.size() - 1), 0, read));
  text[10] = 'q';
  CAF_CHECK(!read_stamp(text, 0, read));
  text[10] = '\xff';
  CAF_CHECK(!read_stamp(text, 0, read));
}

CAF_TEST(what is no stamp is not found) {
  CAF_CHECK_EQUAL(find_stamp("{\"text\":\"|kb\"}"), std::string_view::npos);
  CAF_CHECK_EQUAL(find_stamp("|kb"), std::string_view::npos);
  CAF_CHECK_EQUAL(find_stamp(""), std::string_view::npos);
}
