#define CAF_SUITE large_rooms
#include "test/unit/suite.hpp"

#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;
using namespace std::chrono_literals;

namespace {

/// Rooms are large from the fourth member on.
struct large_fixture : node_fixture {
  large_fixture() {
    model.options.presence_members = 3;
    for (auto& each : people)
      each = open();
    for (auto& each : people)
      ask(each, "room.join", R"({"room":"beach"})");
    forget();
  }

  void forget() {
    wait(2s);
    for (auto& each : people)
      each.connection->texts.clear();
  }

  void wait(std::chrono::milliseconds time) {
    sched.advance_time(time);
    run();
  }

  client people[4];
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(large_room_tests, large_fixture)

CAF_TEST(in a large room nobody is told of one who comes but all of the counts) {
  auto fifth = open();
  ask(fifth, "room.join", R"({"room":"beach"})");
  CAF_CHECK(people[0].connection->take("member.joined", "room").empty());
  CAF_CHECK(people[0].connection->take("presence", "online").empty());
  CAF_CHECK(people[0].connection->take("room.count", "online").empty());
  wait(1s);
  // The main room is large too.
  CAF_CHECK_EQUAL(people[0].connection->take("room.count", "member_count"), (strings{"5", "5"}));
}

CAF_TEST(the counts of many comings are told once) {
  for (int i = 0; i != 10; ++i) {
    auto one = open();
    ask(one, "room.join", R"({"room":"beach"})");
  }
  wait(1s);
  auto rooms = people[0].connection->take("room.count", "room");
  std::sort(rooms.begin(), rooms.end());
  CAF_CHECK_EQUAL(rooms, (strings{"beach", "room"}));
  wait(1s);
  CAF_CHECK(people[0].connection->take("room.count", "room").empty());
}

CAF_TEST(who leaves a large room is told so and hears no more of it) {
  auto other_device = open(R"({"token":")" + people[1].token + R"("})");
  forget();
  CAF_CHECK_EQUAL(error_of(people[1], "room.leave", R"({"room":"beach"})"), "");
  CAF_CHECK_EQUAL(people[1].connection->take("member.left", "room"), strings{"beach"});
  CAF_CHECK_EQUAL(other_device.connection->take("member.left", "room"), strings{"beach"});
  CAF_CHECK(people[0].connection->take("member.left", "room").empty());
  say(people[0], "beach", "hello", "c1");
  CAF_CHECK(texts(people[1]).empty());
  CAF_CHECK(texts(other_device).empty());
  CAF_CHECK_EQUAL(texts(people[2]), strings{"hello"});
}

CAF_TEST(who goes offline in a large room shows in the counts only) {
  disconnect(people[3]);
  CAF_CHECK(people[0].connection->take("presence", "online").empty());
  wait(1s);
  CAF_CHECK_EQUAL(people[0].connection->take("room.count", "online"), (strings{"3", "3"}));
}

CAF_TEST(who comes to a large room is shown those who talked lately) {
  say(people[2], "beach", "hello", "c1");
  auto fifth = open();
  auto answer = ask(fifth, "room.join", R"({"room":"beach"})");
  CAF_REQUIRE(answer.HasMember("result"));
  auto& members = answer["result"]["members"];
  CAF_REQUIRE_EQUAL(members.Size(), 1u);
  CAF_CHECK_EQUAL(members[0]["id"].GetString(), people[2].id);
  CAF_CHECK_EQUAL(answer["result"]["member_count"].GetInt64(), 5);
}

CAF_TEST(in a small room everybody is told of everybody) {
  make_room("attic");
  ask(people[0], "room.join", R"({"room":"attic"})");
  ask(people[1], "room.join", R"({"room":"attic"})");
  CAF_CHECK_EQUAL(
      people[0].connection->take("member.joined", "user/id"),
      (strings{people[0].id, people[1].id}));
}

CAF_TEST_FIXTURE_SCOPE_END()

// -- what a join costs, as docs/OPERATING.md states it --------------------------------------------

namespace {

constexpr int joins = 10;

/// Notifications that `joins` people who come to "beach" cause, when so many members are there, of
/// whom `online` are connected.
class join_cost : public node_fixture {
 public:
  double measure(std::size_t members, std::size_t online) {
    namespace ps = persistence;
    model.options.presence_members = 200;
    std::vector<client> comers;
    for (int i = 0; i != joins; ++i)
      comers.push_back(open());
    for (std::size_t i = 0; i != online; ++i)
      ask(open(), "room.join", R"({"room":"beach"})");
    add_offline(members - online);
    for (auto& each : comers)
      if (members <= 1000)
        ask(each, "room.leave", R"({"room":"room"})");
    wait(2s);
    const auto before = counters.deliveries.Value();
    for (auto& each : comers)
      ask(each, "room.join", R"({"room":"beach"})");
    wait(1s);
    return counters.deliveries.Value() - before;
  }

 private:
  void wait(std::chrono::milliseconds time) {
    sched.advance_time(time);
    run();
  }

  /// Members that the store has, and the room's next actor knows.
  void add_offline(std::size_t count) {
    namespace ps = persistence;
    const ps::store_request activate = ps::activate_room{"beach"};
    const auto epoch = std::get<ps::activated_room>(backend->execute({&activate, 1}).front()).epoch;
    std::vector<ps::store_request> group;
    for (std::size_t i = 0; i != count; ++i) {
      const auto id = "offline" + std::to_string(i);
      std::string hash(64, '0');
      hash.replace(0, id.size() - 7, id.substr(7));
      group.push_back(ps::create_user{{id, "Somebody"}, hash, 1, 1000000000000000});
      group.push_back(ps::add_member{"beach", epoch, id});
    }
    backend->execute(group);
    // Fenced by the activation, the room's actor makes place for one that knows them all.
    auto someone = open();
    ask(someone, "room.join", R"({"room":"beach"})");
    ask(someone, "room.leave", R"({"room":"beach"})");
    disconnect(someone);
  }
};

} // namespace

CAF_TEST(a join costs two notifications a member in a small room and none in a large one) {
  {
    // member.joined and presence to each that is there: 10 already, and those who come.
    join_cost small;
    const auto cost = small.measure(10, 10);
    CAF_CHECK(cost >= joins * 2 * 10 && cost <= joins * 2 * (10 + joins));
  }
  {
    // Nothing but one room.count to each that is connected.
    join_cost large;
    const auto cost = large.measure(1000, 250);
    CAF_CHECK(cost >= 250 && cost <= 250 + 2 * joins);
  }
  {
    join_cost huge;
    const auto cost = huge.measure(100000, 50);
    CAF_CHECK(cost >= 50 && cost <= 50 + 2 * joins);
  }
}
