#define CAF_SUITE presence
#include "test/unit/suite.hpp"

#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;
using namespace std::chrono_literals;

namespace {

struct presence_fixture : node_fixture {
  presence_fixture() {
    model.options.presence_interval = 50ms;
    ann = open(R"({"name":"Ann"})");
    ask(ann, "room.join", R"({"room":"beach"})");
    wait(50ms);
    wait(100ms); // in which nobody comes
    ann.connection->texts.clear();
  }

  void wait(std::chrono::milliseconds time) {
    sched.advance_time(time);
    run();
  }

  client come() {
    auto one = open();
    ask(one, "room.join", R"({"room":"beach"})");
    return one;
  }

  client come_and_be_told_of() {
    auto one = come();
    wait(50ms);
    ann.connection->texts.clear();
    return one;
  }

  /// The methods of what Ann has been told of this room, in order.
  strings told(const std::string& room) {
    strings methods;
    for (auto& text : ann.connection->texts) {
      rapidjson::Document document;
      document.Parse(text.c_str());
      auto& params = document["params"];
      if (!params.HasMember("room") || params["room"].GetString() == room)
        methods.push_back(document["method"].GetString());
    }
    ann.connection->texts.clear();
    return methods;
  }

  client ann;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(presence_tests, presence_fixture)

CAF_TEST(comings wait for more of them) {
  auto ben = come();
  auto cat = come();
  CAF_CHECK(ann.connection->texts.empty());
  wait(50ms);
  CAF_CHECK_EQUAL(ann.connection->take("member.joined", "user/id").size(), 4u); // in two rooms
  CAF_CHECK_EQUAL(ann.connection->take("presence", "online"), strings(4, "true"));
}

CAF_TEST(a message goes out at once and after the coming of who wrote it) {
  auto ben = come_and_be_told_of();
  auto cat = come();
  say(cat, "beach", "hello", "c1");
  CAF_CHECK_EQUAL(told("beach"), (strings{"member.joined", "presence", "message"}));
}

CAF_TEST(a leaving goes out at once with what waits) {
  auto ben = come();
  ask(ben, "room.leave", R"({"room":"beach"})");
  auto methods = told("beach");
  CAF_REQUIRE_EQUAL(methods.size(), 3u);
  CAF_CHECK_EQUAL(methods.back(), "member.left");
}

CAF_TEST(so many as go between nodes in one message do not wait) {
  model.options.presence_interval = 1h;
  std::vector<client> crowd;
  for (int i = 0; i != 40; ++i)
    crowd.push_back(come());
  CAF_CHECK_GREATER_OR_EQUAL(ann.connection->take("member.joined", "user/id").size(), 64u);
}

CAF_TEST(the next one of a crowd waits twice as long) {
  auto ben = come_and_be_told_of();
  auto cat = come();
  wait(99ms);
  CAF_CHECK(ann.connection->texts.empty());
  wait(1ms);
  CAF_CHECK(!ann.connection->texts.empty());
}

CAF_TEST(however long a crowd keeps coming nobody waits longer than 16 times as long) {
  for (auto pause : {50ms, 100ms, 200ms, 400ms, 800ms, 800ms}) {
    auto one = come();
    wait(pause - 1ms);
    CAF_CHECK(ann.connection->texts.empty());
    wait(1ms);
    CAF_CHECK(!ann.connection->texts.empty());
    ann.connection->texts.clear();
  }
}

CAF_TEST(who comes after a pause in which nobody came is told of soon again) {
  auto ben = come_and_be_told_of();
  wait(100ms);
  auto cat = come();
  wait(50ms);
  CAF_CHECK(!ann.connection->texts.empty());
}

CAF_TEST(what goes out at once does not make comings wait longer) {
  auto ben = come_and_be_told_of(); // the next wait would take 100 ms
  caf::anon_send(room("beach"), rename_member{{ann.id, "Anna"}});
  sched.advance_time(100ms); // its end lies behind the new name in the room's mailbox
  run();
  CAF_CHECK_EQUAL(told("beach"), strings{"user.renamed"});
  auto cat = come();
  wait(50ms);
  CAF_CHECK_EQUAL(ann.connection->take("member.joined", "room").size(), 2u); // in both rooms
}

CAF_TEST(a new name is told of at once with what waits) {
  auto ben = come();
  ask(ben, "user.rename", R"({"name":"Benjamin"})");
  const auto methods = told("beach");
  CAF_REQUIRE(!methods.empty());
  CAF_CHECK_EQUAL(methods.front(), "member.joined");
  CAF_CHECK_EQUAL(methods.back(), "user.renamed");
}

CAF_TEST(a message of a crowd takes along at once who waits longer) {
  auto ben = come_and_be_told_of();
  auto cat = come();
  say(ben, "beach", "welcome", "c1");
  CAF_CHECK_EQUAL(told("beach"), (strings{"member.joined", "presence", "message"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
