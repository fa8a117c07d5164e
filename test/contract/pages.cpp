#define CAF_SUITE pages
#include "test/contract/contract.hpp"

using namespace klatsch::contract;

namespace {

/// "3 4 5 +": the numbers of a page, and a plus where it has more.
struct pages_fixture : fixture {
  pages_fixture() {
    make_user("ann");
    make_user("bob");
    auto epoch = make_room("room");
    for (int i = 1; i <= 10; ++i) {
      say("room", epoch, "ann", "c" + std::to_string(i));
      tell(i % 2 ? "ann" : "bob", i % 2 ? "bob" : "ann", "c" + std::to_string(i));
    }
  }

  /// Logs of rooms and of conversations have the same pages, or it is neither's.
  std::string read(page part) {
    auto of_room = get(read_room{"room", part});
    auto of_conversation = get(read_private{"bob", "ann", part});
    auto text = numbers(of_room.messages) + (of_room.more ? " +" : "");
    CAF_CHECK_EQUAL(numbers(of_conversation.messages) + (of_conversation.more ? " +" : ""), text);
    return text;
  }
};

constexpr auto none = std::nullopt;

} // namespace

CAF_TEST_FIXTURE_SCOPE(pages_of_a_log, pages_fixture)

CAF_TEST(without bounds the newest messages are read) {
  CAF_CHECK_EQUAL(read({none, none, 3}), "8 9 10 +");
  CAF_CHECK_EQUAL(read({none, none, 10}), "1 2 3 4 5 6 7 8 9 10");
  CAF_CHECK_EQUAL(read({none, none, 9}), "2 3 4 5 6 7 8 9 10 +");
  CAF_CHECK_EQUAL(read({none, none, 100}), "1 2 3 4 5 6 7 8 9 10");
}

CAF_TEST(before a number the newest of the older ones are read) {
  CAF_CHECK_EQUAL(read({5, none, 2}), "3 4 +");
  CAF_CHECK_EQUAL(read({5, none, 4}), "1 2 3 4");
  CAF_CHECK_EQUAL(read({5, none, 100}), "1 2 3 4");
  CAF_CHECK_EQUAL(read({1, none, 5}), "");
  CAF_CHECK_EQUAL(read({0, none, 5}), "");
  CAF_CHECK_EQUAL(read({100, none, 2}), "9 10 +");
}

CAF_TEST(after a number the oldest of the newer ones are read) {
  CAF_CHECK_EQUAL(read({none, 0, 3}), "1 2 3 +");
  CAF_CHECK_EQUAL(read({none, 7, 3}), "8 9 10");
  CAF_CHECK_EQUAL(read({none, 7, 2}), "8 9 +");
  CAF_CHECK_EQUAL(read({none, 10, 3}), "");
  CAF_CHECK_EQUAL(read({none, 100, 3}), "");
}

CAF_TEST(between two numbers the oldest are read) {
  CAF_CHECK_EQUAL(read({8, 3, 2}), "4 5 +");
  CAF_CHECK_EQUAL(read({8, 3, 4}), "4 5 6 7");
  CAF_CHECK_EQUAL(read({8, 3, 100}), "4 5 6 7");
  CAF_CHECK_EQUAL(read({4, 3, 5}), "");
  CAF_CHECK_EQUAL(read({3, 8, 5}), "");
}

CAF_TEST(numbers beyond all bounds are no trouble) {
  auto largest = std::numeric_limits<std::int64_t>::max();
  auto smallest = std::numeric_limits<std::int64_t>::min();
  CAF_CHECK_EQUAL(read({largest, none, 2}), "9 10 +");
  CAF_CHECK_EQUAL(read({smallest, none, 2}), "");
  CAF_CHECK_EQUAL(read({none, smallest, 2}), "1 2 +");
  CAF_CHECK_EQUAL(read({none, largest, 2}), "");
  CAF_CHECK_EQUAL(read({none, -1, 2}), "1 2 +");
  CAF_CHECK_EQUAL(read({largest, smallest, largest}), "1 2 3 4 5 6 7 8 9 10");
}

CAF_TEST(a limit of nothing tells only whether there is something) {
  CAF_CHECK_EQUAL(read({none, none, 0}), " +");
  CAF_CHECK_EQUAL(read({none, none, -5}), " +");
  CAF_CHECK_EQUAL(read({1, none, 0}), "");
}

CAF_TEST(an empty log has an empty page) {
  make_room("empty");
  make_user("carl");
  for (page part : {page{none, none, 5}, page{5, none, 5}, page{none, 0, 5}, page{9, 1, 5}}) {
    auto of_room = get(read_room{"empty", part});
    CAF_CHECK(of_room.messages.empty());
    CAF_CHECK(!of_room.more);
    auto of_conversation = get(read_private{"ann", "carl", part});
    CAF_CHECK(of_conversation.messages.empty());
    CAF_CHECK(!of_conversation.more);
  }
}

CAF_TEST(a page is bounded by the store too) {
  auto epoch = make_room("long");
  std::vector<store_request> group;
  for (int i = 0; i < 1100; ++i)
    group.push_back(message_of("long", epoch, "ann", "c" + std::to_string(i)));
  ask_group(group);
  auto page = get(read_room{"long", {none, none, 1000000}});
  CAF_CHECK_EQUAL(page.messages.size(), 1000u);
  CAF_CHECK_EQUAL(page.messages.back().seq, 1100);
  CAF_CHECK(page.more);
}

CAF_TEST_FIXTURE_SCOPE_END()
