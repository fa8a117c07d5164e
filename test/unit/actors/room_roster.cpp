#define CAF_SUITE room_roster
#include "test/unit/suite.hpp"

#include "actors/actor_from_state.hpp"
#include "actors/relay.hpp"
#include "actors/room_roster.hpp"
#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;

namespace {

struct roster_fixture : node_fixture {
  room_roster roster;

  roster_fixture() {
    roster.add({"ann", "Ann"});
    roster.add({"ben", "Ben"});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(room_roster_tests, roster_fixture)

CAF_TEST(a member is online from the first session to the last) {
  auto& relay = sessions.relay;
  CAF_CHECK(roster.enter(1, "ann", relay));
  CAF_CHECK(!roster.enter(2, "ann", relay));
  CAF_CHECK(!roster.enter(2, "ann", relay));
  CAF_CHECK_EQUAL(roster.online(), 1u);
  CAF_CHECK(!roster.exit(1));
  CAF_CHECK(!roster.exit(1));
  auto* gone = roster.exit(2);
  CAF_REQUIRE(gone);
  CAF_CHECK_EQUAL(gone->id, "ann");
  CAF_CHECK(roster.nobody_here());
}

CAF_TEST(a relay is told of events as long as a session is behind it) {
  roster.enter(1, "ann", sessions.relay);
  roster.enter(2, "ben", sessions.relay);
  CAF_CHECK_EQUAL(roster.relays().size(), 1u);
  roster.exit(1);
  CAF_CHECK_EQUAL(roster.relays().at(sessions.relay), 1u);
  roster.remove("ben");
  CAF_CHECK(roster.relays().empty());
  CAF_CHECK(!roster.contains("ben"));
}

CAF_TEST(with a lost node all its sessions are gone) {
  roster.enter(1, "ann", sessions.relay);
  roster.enter(2, "ben", sessions.relay);
  auto offline = roster.lose(sessions.relay.address());
  CAF_CHECK_EQUAL(offline.size(), 2u);
  CAF_CHECK(roster.nobody_here());
  CAF_CHECK_EQUAL(roster.online(), 0u);
}

CAF_TEST(the list is bounded and begins with those online) {
  roster.enter(1, "ben", sessions.relay);
  auto all = roster.list(10);
  CAF_REQUIRE_EQUAL(all.size(), 2u);
  CAF_CHECK_EQUAL(all[0].id, "ben");
  CAF_CHECK(all[0].online);
  CAF_CHECK(!all[1].online);
  CAF_CHECK_EQUAL(roster.list(1).size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
