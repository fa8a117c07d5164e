#define CAF_SUITE room_log
#include "test/unit/suite.hpp"

#include "actors/room_log.hpp"

using namespace klatsch;

namespace {

protocol::message numbered(std::int64_t seq, std::int64_t ts = 0) {
  protocol::message message;
  message.seq = seq;
  message.ts = ts;
  return message;
}

std::vector<std::int64_t> shown(room_log& log) {
  std::vector<std::int64_t> numbers;
  while (auto next = log.next())
    numbers.push_back(next->seq);
  return numbers;
}

using numbers = std::vector<std::int64_t>;

} // namespace

CAF_TEST(messages are shown in the order of their numbers) {
  room_log log{10};
  log.start(3);
  log.add(numbered(5));
  log.add(numbered(6));
  CAF_CHECK(log.has_hole());
  CAF_CHECK_EQUAL(shown(log), numbers{});
  log.add(numbered(4));
  CAF_CHECK_EQUAL(shown(log), (numbers{4, 5, 6}));
  CAF_CHECK(!log.has_hole());
}

CAF_TEST(a message that was shown is not shown again) {
  room_log log{10};
  log.add(numbered(1));
  CAF_CHECK_EQUAL(shown(log), numbers{1});
  log.add(numbered(1));
  CAF_CHECK_EQUAL(shown(log), numbers{});
  CAF_CHECK(!log.has_hole());
}

CAF_TEST(a number that is stored without its content is a hole) {
  room_log log{10};
  log.note_stored(1);
  CAF_CHECK(log.has_hole());
  log.add(numbered(1));
  CAF_CHECK_EQUAL(shown(log), numbers{1});
}

CAF_TEST(the tail gives what was missed when it reaches back far enough) {
  room_log log{3};
  for (std::int64_t seq = 1; seq <= 5; ++seq)
    log.add(numbered(seq));
  shown(log);
  const auto nothing = log.since(5);
  CAF_REQUIRE(nothing);
  CAF_CHECK(nothing->empty());
  const auto missed = log.since(2);
  CAF_REQUIRE(missed);
  CAF_REQUIRE_EQUAL(missed->size(), 3u);
  CAF_CHECK_EQUAL(missed->front().seq, 3);
  CAF_CHECK(!log.since(1));
}

CAF_TEST(time never runs backwards within a room) {
  room_log log{3};
  CAF_CHECK_EQUAL(log.next_ts(100), 100);
  CAF_CHECK_EQUAL(log.next_ts(90), 100);
  log.add(numbered(1, 150));
  shown(log);
  CAF_CHECK_EQUAL(log.next_ts(120), 150);
}
