#define CAF_SUITE conversations
#include "test/contract/contract.hpp"

#include <algorithm>

using namespace klatsch::contract;

namespace {

using names = std::vector<std::string>;

struct conversations_fixture : fixture {
  conversations_fixture() {
    for (auto id : {"ann", "bob", "carl"})
      make_user(id);
  }

  names waiting_for(const std::string& user_id) { return get(load_user{user_id}).waiting; }

  /// "bob 3/2": with whom, the newest number, and how far it was delivered.
  names list(const std::string& user_id, std::int64_t limit = 10) {
    names lines;
    for (const auto& [with, seq, delivered] : get(list_conversations{user_id, limit}))
      lines.push_back(with.id + " " + std::to_string(seq) + "/" + std::to_string(delivered));
    return lines;
  }
};

constexpr page newest{std::nullopt, std::nullopt, 100};

} // namespace

CAF_TEST_FIXTURE_SCOPE(conversations_of_a_store, conversations_fixture)

CAF_TEST(both directions share one sequence) {
  CAF_CHECK_EQUAL(tell("ann", "bob", "c1").seq, 1);
  CAF_CHECK_EQUAL(tell("bob", "ann", "c1").seq, 2);
  CAF_CHECK_EQUAL(tell("ann", "bob", "c2").seq, 3);
  CAF_CHECK_EQUAL(tell("ann", "carl", "c3").seq, 1);
  reopen();
  CAF_CHECK_EQUAL(tell("bob", "ann", "c4").seq, 4);
  CAF_CHECK_EQUAL(numbers(get(read_private{"bob", "ann", newest}).messages), "1 2 3 4");
}

CAF_TEST(a private message is read back by both as each of them sees it) {
  get(append_private{{"ann", "Ann"}, {"bob", "Bob"}, "psst\n", "cid-1", 1700000000123, false});
  auto of_bob = get(read_private{"bob", "ann", newest}).messages;
  auto of_ann = get(read_private{"ann", "bob", newest}).messages;
  CAF_REQUIRE_EQUAL(of_bob.size(), 1u);
  CAF_REQUIRE_EQUAL(of_ann.size(), 1u);
  klatsch::protocol::private_message expected{
      "ann", 1, 1700000000123, {"ann", "Ann"}, {"bob", "Bob"}, "psst\n", "cid-1",
  };
  CAF_CHECK(of_bob.front() == expected);
  expected.with = "bob";
  CAF_CHECK(of_ann.front() == expected);
}

CAF_TEST(nobody else reads a private message) {
  tell("ann", "bob", "c1");
  CAF_CHECK(get(read_private{"carl", "ann", newest}).messages.empty());
  CAF_CHECK(get(read_private{"carl", "bob", newest}).messages.empty());
  CAF_CHECK(get(read_private{"ann", "carl", newest}).messages.empty());
  CAF_CHECK(list("carl").empty());
}

CAF_TEST(both have the names in the log that they had when it was said) {
  get(append_private{{"ann", "Ann"}, {"bob", "Bob"}, "one", "c1", 5000, true});
  get(rename_user{"bob", "Robert"});
  get(append_private{{"bob", "Robert of Gables"}, {"ann", ""}, "2 two", "c1", 5000, true});
  const auto log = get(read_private{"ann", "bob", newest}).messages;
  CAF_REQUIRE_EQUAL(log.size(), 2u);
  CAF_CHECK(log[0].from == (user{"ann", "Ann"}));
  CAF_CHECK(log[0].to == (user{"bob", "Bob"}));
  CAF_CHECK(log[1].from == (user{"bob", "Robert of Gables"}));
  CAF_CHECK(log[1].to == (user{"ann", ""}));
  CAF_CHECK_EQUAL(log[1].text, "2 two");
}

CAF_TEST(the conversation with one who is not there is not found) {
  CAF_CHECK_EQUAL(error_of(read_private{"ann", "nobody", newest}), "not_found");
  CAF_CHECK(list("ann").empty());
}

CAF_TEST(the same cid of the same user is stored once) {
  auto first = tell("ann", "bob", "c1");
  CAF_CHECK(!first.duplicate);
  tell("ann", "bob", "c2");
  reopen();
  auto again = get(append_private{{"ann", "Ann"}, {"bob", "Bob"}, "text", "c1", 9000, true});
  CAF_CHECK(again.duplicate);
  CAF_CHECK_EQUAL(again.seq, first.seq);
  CAF_CHECK_EQUAL(again.ts, first.ts);
  CAF_CHECK(waiting_for("bob") == names({"ann"}));
  CAF_CHECK_EQUAL(numbers(get(read_private{"bob", "ann", newest}).messages), "1 2");
}

CAF_TEST(the same cid in the other direction is another message) {
  tell("ann", "bob", "c1");
  auto other = tell("bob", "ann", "c1");
  CAF_CHECK(!other.duplicate);
  CAF_CHECK_EQUAL(other.seq, 2);
}

CAF_TEST(a message waits until it is delivered) {
  tell("ann", "bob", "c1");
  CAF_CHECK(waiting_for("bob") == names({"ann"}));
  CAF_CHECK(waiting_for("ann").empty());
  CAF_CHECK(list("bob") == names({"ann 1/0"}));
  CAF_CHECK(list("ann") == names({"bob 1/1"}));
  reopen();
  CAF_CHECK(waiting_for("bob") == names({"ann"}));
  get(mark_delivered{"bob", "ann", 1});
  CAF_CHECK(waiting_for("bob").empty());
  CAF_CHECK(list("bob") == names({"ann 1/1"}));
  reopen();
  CAF_CHECK(waiting_for("bob").empty());
}

CAF_TEST(a message to somebody with a session does not wait) {
  tell("ann", "bob", "c1", true);
  CAF_CHECK(waiting_for("bob").empty());
  CAF_CHECK(list("bob") == names({"ann 1/1"}));
  tell("ann", "bob", "c2", false);
  CAF_CHECK(list("bob") == names({"ann 2/1"}));
  CAF_CHECK(waiting_for("bob") == names({"ann"}));
}

CAF_TEST(those who wait are told in their order) {
  tell("carl", "ann", "c1");
  tell("bob", "ann", "c1");
  CAF_CHECK(waiting_for("ann") == names({"bob", "carl"}));
}

CAF_TEST(what is delivered never moves backwards) {
  for (auto cid : {"c1", "c2", "c3"})
    tell("ann", "bob", cid);
  get(mark_delivered{"bob", "ann", 2});
  CAF_CHECK(list("bob") == names({"ann 3/2"}));
  get(mark_delivered{"bob", "ann", 1});
  CAF_CHECK(list("bob") == names({"ann 3/2"}));
  get(mark_delivered{"bob", "ann", 3});
  get(mark_delivered{"bob", "ann", 0});
  get(mark_delivered{"bob", "ann", -1});
  CAF_CHECK(list("bob") == names({"ann 3/3"}));
}

CAF_TEST(a message that is not there yet can not be delivered) {
  tell("ann", "bob", "c1");
  get(mark_delivered{"bob", "ann", std::numeric_limits<std::int64_t>::max()});
  tell("ann", "bob", "c2");
  CAF_CHECK(list("bob") == names({"ann 2/1"}));
  CAF_CHECK(waiting_for("bob") == names({"ann"}));
}

CAF_TEST(delivery in a conversation that is not there changes nothing) {
  get(mark_delivered{"bob", "ann", 5});
  get(mark_delivered{"bob", "nobody", 5});
  get(mark_delivered{"nobody", "bob", 5});
  CAF_CHECK(list("bob").empty());
}

CAF_TEST(ones own messages never wait for oneself) {
  tell("ann", "bob", "c1", true);
  tell("bob", "ann", "c2", true);
  tell("ann", "bob", "c3", true);
  CAF_CHECK(waiting_for("ann").empty());
  CAF_CHECK(list("ann") == names({"bob 3/3"}));
  tell("bob", "ann", "c4", false);
  CAF_CHECK(list("ann") == names({"bob 4/3"}));
}

CAF_TEST(an answer leaves what waits waiting) {
  tell("ann", "bob", "c1");
  tell("bob", "ann", "c2", true);
  CAF_CHECK(waiting_for("bob") == names({"ann"}));
  CAF_CHECK(list("bob") == names({"ann 2/0"}));
  get(mark_delivered{"bob", "ann", 1});
  CAF_CHECK(waiting_for("bob").empty());
  CAF_CHECK(list("bob") == names({"ann 2/2"}));
}

CAF_TEST(the conversation with the newest message comes first) {
  tell("ann", "bob", "c1");
  tell("ann", "carl", "c2");
  CAF_CHECK(list("ann") == names({"carl 1/1", "bob 1/1"}));
  tell("bob", "ann", "c3", true);
  CAF_CHECK(list("ann") == names({"bob 2/2", "carl 1/1"}));
  tell("ann", "carl", "c2");
  CAF_CHECK(list("ann") == names({"bob 2/2", "carl 1/1"}));
  reopen();
  CAF_CHECK(list("ann") == names({"bob 2/2", "carl 1/1"}));
}

CAF_TEST(conversations take the first place from each other as often as they like) {
  for (int round = 1; round <= 3; ++round) {
    const auto cid = "c" + std::to_string(round);
    tell("ann", "bob", "b" + cid, true);
    CAF_CHECK(list("ann").front().starts_with("bob"));
    tell("ann", "bob", "b2" + cid, true);
    tell("carl", "ann", "c" + cid, true);
    CAF_CHECK(list("ann").front().starts_with("carl"));
    tell("ann", "ann", "a" + cid, true);
    CAF_CHECK(list("ann").front().starts_with("ann"));
    tell("bob", "carl", "d" + cid, true);
    CAF_CHECK(list("bob").front().starts_with("carl"));
    CAF_CHECK(list("carl").front().starts_with("bob"));
  }
  tell("bob", "ann", "last", true);
  CAF_CHECK(list("ann") == names({"bob 7/7", "ann 3/3", "carl 3/3"}));
  CAF_CHECK(list("bob") == names({"ann 7/7", "carl 3/3"}));
  CAF_CHECK(list("carl") == names({"bob 3/3", "ann 3/3"}));
}

CAF_TEST(after many given messages only those wait that were not given) {
  for (auto cid : {"c1", "c2", "c3"})
    tell("ann", "bob", cid, true);
  tell("ann", "bob", "c4", false);
  tell("ann", "bob", "c5", false);
  CAF_CHECK(list("bob") == names({"ann 5/3"}));
  tell("bob", "ann", "c6", true);
  CAF_CHECK(list("bob") == names({"ann 6/3"}));
  get(mark_delivered{"bob", "ann", 4});
  CAF_CHECK(list("bob") == names({"ann 6/4"}));
  CAF_CHECK(waiting_for("bob") == names({"ann"}));
  tell("ann", "bob", "c7", true);
  CAF_CHECK(waiting_for("bob").empty());
  CAF_CHECK(list("bob") == names({"ann 7/7"}));
  tell("bob", "ann", "c8", true);
  tell("bob", "ann", "c9", false);
  CAF_CHECK(list("ann") == names({"bob 9/8"}));
  CAF_CHECK(list("bob") == names({"ann 9/9"}));
}

CAF_TEST(what is marked as delivered has been delivered with ones own messages around it) {
  tell("ann", "bob", "c1", false);
  tell("bob", "ann", "c2", true);
  get(mark_delivered{"bob", "ann", 1});
  CAF_CHECK(list("bob") == names({"ann 2/2"}));
  tell("ann", "bob", "c3", false);
  CAF_CHECK(list("bob") == names({"ann 3/2"}));
  get(mark_delivered{"bob", "ann", 2});
  CAF_CHECK(list("bob") == names({"ann 3/2"}));
  get(mark_delivered{"bob", "ann", 100});
  CAF_CHECK(list("bob") == names({"ann 3/3"}));
  CAF_CHECK(waiting_for("bob").empty());
}

CAF_TEST(a conversation with a user who was lost is not listed and hinders no other) {
  tell("ann", "bob", "c1");
  tell("ann", "lost", "c2");
  CAF_CHECK(list("ann") == names({"bob 1/1"}));
  CAF_CHECK_EQUAL(error_of(read_private{"ann", "lost", newest}), "not_found");
  tell("ann", "bob", "c3");
  CAF_CHECK(list("ann") == names({"bob 2/2"}));
}

CAF_TEST(the list of conversations is bounded and has the names of today) {
  tell("ann", "bob", "c1");
  tell("ann", "carl", "c2");
  get(rename_user{"carl", "Charles"});
  auto first = get(list_conversations{"ann", 1});
  CAF_REQUIRE_EQUAL(first.size(), 1u);
  CAF_CHECK(first.front().with == (user{"carl", "Charles"}));
  CAF_CHECK(list("ann", 0).empty());
  CAF_CHECK(list("ann", -1).empty());
  CAF_CHECK(list("nobody").empty());
}

CAF_TEST(a conversation with oneself is one conversation) {
  CAF_CHECK_EQUAL(tell("ann", "ann", "c1").seq, 1);
  CAF_CHECK_EQUAL(tell("ann", "ann", "c2").seq, 2);
  CAF_CHECK(list("ann") == names({"ann 2/2"}));
  CAF_CHECK(waiting_for("ann").empty());
  CAF_CHECK_EQUAL(numbers(get(read_private{"ann", "ann", newest}).messages), "1 2");
  CAF_CHECK_EQUAL(tell("ann", "ann", "c3", true).seq, 3);
  get(mark_delivered{"ann", "ann", 2});
  CAF_CHECK(list("ann") == names({"ann 3/3"}));
  CAF_CHECK(waiting_for("ann").empty());
}

CAF_TEST(every conversation is listed to both whatever their ids are made of) {
  const names ids{"ann", "anna", "Ann", "ann-a", "ann_a", "an", "Zed", "0", "bob"};
  for (const auto& id : {"anna", "Ann", "ann-a", "ann_a", "an", "Zed", "0"})
    make_user(id);
  for (const auto& one : ids)
    for (const auto& other : ids)
      if (one < other)
        tell(one, other, "c1");
  for (const auto& one : ids) {
    names with;
    for (const auto& conversation : get(list_conversations{one, 10})) {
      with.push_back(conversation.with.id);
      CAF_CHECK_EQUAL(conversation.seq, 1);
    }
    with.push_back(one);
    CAF_CHECK(std::is_permutation(with.begin(), with.end(), ids.begin(), ids.end()));
  }
  for (const auto& one : ids)
    for (const auto& other : ids)
      if (one < other) {
        const auto waiting = waiting_for(other);
        CAF_CHECK_EQUAL(std::count(waiting.begin(), waiting.end(), one), 1);
        get(mark_delivered{other, one, 1});
      }
  for (const auto& one : ids)
    CAF_CHECK(waiting_for(one).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
