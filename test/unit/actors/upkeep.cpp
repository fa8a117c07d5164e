#define CAF_SUITE upkeep
#include "test/unit/suite.hpp"

#include "actors/actor_from_state.hpp"
#include "actors/clock.hpp"
#include "actors/upkeep.hpp"
#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;

namespace {

struct upkeep_fixture : node_fixture {
  node_health health;

  ~upkeep_fixture() {
    for (auto& each : spawned)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    run();
  }

  void start(std::vector<persistence::stored_room> rooms) {
    auto upkeep = spawn_state<upkeep_state>(sys, &model, std::move(rooms), &health);
    spawned.push_back(caf::actor_cast<caf::actor>(upkeep));
    run();
  }

  std::vector<caf::actor> spawned;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(upkeep_tests, upkeep_fixture)

CAF_TEST(default rooms are made where they are missing and then the node is ready) {
  start({{"room", "The Room"}, {"world", "Orbit"}});
  CAF_CHECK(health.ready);
  auto ann = open();
  auto list = ask(ann, "room.list", "{}");
  auto& rooms = list["result"]["rooms"];
  CAF_REQUIRE_EQUAL(rooms.Size(), 3u);
  CAF_CHECK_EQUAL(rooms[2]["title"].GetString(), std::string{"Orbit"});
  // The one that was there keeps its title.
  CAF_CHECK_EQUAL(rooms[0]["title"].GetString(), std::string{"A Room"});
}

CAF_TEST(a store that is down at the start is waited for) {
  faults.down = true;
  start({{"world", "Orbit"}});
  CAF_CHECK(!health.ready);
  faults.down = false;
  advance_time(std::chrono::seconds{1});
  run();
  CAF_CHECK(health.ready);
}

CAF_TEST(the node is not ready while the store does not answer) {
  start({});
  CAF_CHECK(health.ready);
  faults.down = true;
  advance_time(std::chrono::seconds{2});
  run();
  CAF_CHECK(!health.ready);
  faults.down = false;
  advance_time(std::chrono::seconds{2});
  run();
  CAF_CHECK(health.ready);
}

CAF_TEST(a guest whose token has expired leaves the rooms) {
  sessions.options.token_lifetime = std::chrono::milliseconds{-1};
  auto ann = open();
  sessions.options.token_lifetime = std::chrono::hours{1};
  auto ben = open();
  disconnect(ann);
  ben.connection->texts.clear();
  start({});
  CAF_CHECK_EQUAL(ben.connection->take("member.left", "user/id"), strings{ann.id});
}

CAF_TEST_FIXTURE_SCOPE_END()
