#define CAF_SUITE room_log
#include "test/contract/contract.hpp"

using namespace klatsch::contract;

CAF_TEST_FIXTURE_SCOPE(log_of_a_room, fixture)

CAF_TEST(numbers are dense and start at one in each room) {
  auto one = make_room("one");
  auto other = make_room("other");
  for (int i = 1; i <= 5; ++i) {
    auto cid = "c" + std::to_string(i);
    CAF_CHECK_EQUAL(say("one", one, "ann", cid).seq, i);
    CAF_CHECK_EQUAL(say("other", other, "ann", cid).seq, i);
  }
  reopen();
  CAF_CHECK_EQUAL(say("one", get(activate_room{"one"}).epoch, "ann", "c6").seq, 6);
  CAF_CHECK_EQUAL(numbers(log_of("one")), "1 2 3 4 5 6");
}

CAF_TEST(a message is read back as it was said) {
  auto epoch = make_room("room");
  append_message said{"room", epoch, {"ann", "Ann B."}, "hello\n\tworld", "cid-1", 1700000000123};
  auto result = get(said);
  CAF_CHECK(result == (appended{1, 1700000000123, false}));
  reopen();
  auto log = log_of("room");
  CAF_REQUIRE_EQUAL(log.size(), 1u);
  klatsch::protocol::message expected{"room",           1,      1700000000123, {"ann", "Ann B."},
                                      "hello\n\tworld", "cid-1"};
  CAF_CHECK(log.front() == expected);
}

CAF_TEST(the same cid of the same user is stored once) {
  auto epoch = make_room("room");
  auto first = get(append_message{"room", epoch, {"ann", "Ann"}, "text", "c1", 5000});
  say("room", epoch, "ann", "c2");
  auto again = get(append_message{"room", epoch, {"ann", "Ann"}, "text", "c1", 6000});
  CAF_CHECK(again == (appended{first.seq, 5000, true}));
  CAF_CHECK_EQUAL(numbers(log_of("room")), "1 2");
}

CAF_TEST(the same cid is known after a restart and another activation) {
  auto epoch = make_room("room");
  auto first = say("room", epoch, "ann", "c1");
  reopen();
  epoch = get(activate_room{"room"}).epoch;
  auto again = say("room", epoch, "ann", "c1");
  CAF_CHECK(again.duplicate);
  CAF_CHECK_EQUAL(again.seq, first.seq);
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c2").seq, 2);
}

CAF_TEST(the same cid of other users and in other rooms is another message) {
  auto one = make_room("one");
  auto other = make_room("other");
  CAF_CHECK_EQUAL(say("one", one, "ann", "c1").seq, 1);
  CAF_CHECK_EQUAL(say("one", one, "bob", "c1").seq, 2);
  auto elsewhere = say("other", other, "ann", "c1");
  CAF_CHECK_EQUAL(elsewhere.seq, 1);
  CAF_CHECK(!elsewhere.duplicate);
}

CAF_TEST(users and cids can not be mistaken for each other) {
  auto epoch = make_room("room");
  CAF_CHECK(!say("room", epoch, "a", "b-c").duplicate);
  CAF_CHECK(!say("room", epoch, "a-b", "c").duplicate);
  CAF_CHECK(!say("room", epoch, "a_b", "c").duplicate);
  CAF_CHECK(!say("room", epoch, "ab", "c").duplicate);
  CAF_CHECK(!say("room", epoch, "AB", "c").duplicate);
  CAF_CHECK_EQUAL(numbers(log_of("room")), "1 2 3 4 5");
}

CAF_TEST(times need not rise) {
  auto epoch = make_room("room");
  CAF_CHECK_EQUAL(get(append_message{"room", epoch, {"ann", "A"}, "x", "c1", 9000}).seq, 1);
  CAF_CHECK_EQUAL(get(append_message{"room", epoch, {"ann", "A"}, "x", "c2", 0}).seq, 2);
  auto log = log_of("room");
  CAF_CHECK_EQUAL(log[0].ts, 9000);
  CAF_CHECK_EQUAL(log[1].ts, 0);
}

CAF_TEST(a long log stays dense) {
  auto epoch = make_room("room");
  for (int hundred = 0; hundred < 30; ++hundred) {
    std::vector<store_request> group;
    for (int i = 0; i < 100; ++i)
      group.push_back(message_of("room", epoch, "ann", "c" + std::to_string(hundred * 100 + i)));
    for (const auto& result : ask_group(group))
      as<appended>(result);
  }
  auto log = log_of("room");
  CAF_REQUIRE_EQUAL(log.size(), 3000u);
  for (std::size_t i = 0; i < log.size(); ++i)
    if (log[i].seq != static_cast<std::int64_t>(i + 1) || log[i].cid != "c" + std::to_string(i))
      CAF_FAIL("the log has a gap or a wrong order at " << i);
}

CAF_TEST_FIXTURE_SCOPE_END()
