// Rooms and users whose node dies with the request: CAF answers nothing then.

#define CAF_SUITE silent_nodes
#include "test/unit/suite.hpp"

#include <caf/event_based_actor.hpp>

#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;
using namespace std::chrono_literals;

namespace {

/// Takes every request, and answers none as long as the test runs.
caf::behavior black_hole(caf::event_based_actor* self) {
  auto swallow = [self] { return self->make_response_promise(); };
  return {
      [=](const attach_session&) { return swallow(); },
      [=](const join_room&) { return swallow(); },
      [=](const open_session&) { return swallow(); },
      [=](const read_private_log&) { return swallow(); },
  };
}

/// Stands for a room or a user on another node: its requests have gone there when it is killed, so
/// that nobody answers them.
caf::behavior far_away(caf::event_based_actor* self, const caf::actor& node) {
  auto send = [=](const auto& request) { return self->delegate(node, request); };
  return {
      [=](const attach_session& request) { return send(request); },
      [=](const join_room& request) { return send(request); },
      [=](const open_session& request) { return send(request); },
      [=](const read_private_log& request) { return send(request); },
      [](const detach_session&) {},
      [](const end_session&) {},
  };
}

struct silent_node_fixture : node_fixture {
  silent_node_fixture() {
    node = sys.spawn(black_hole);
    // Sessions find what is far away where the test says so, and otherwise what there really is.
    auto finds = [this](caf::event_based_actor* self) -> caf::behavior {
      return {
          [=, this](const resolve_room& request) -> caf::result<room_actor> {
            if (far)
              return caf::actor_cast<room_actor>(far);
            return self->delegate(model.directory, request);
          },
          [=, this](const resolve_user& request) -> caf::result<user_actor> {
            if (far_user)
              return caf::actor_cast<user_actor>(far_user);
            return self->delegate(model.directory, request);
          },
      };
    };
    finder = sys.spawn(finds);
    sessions.directory = caf::actor_cast<directory_actor>(finder);
  }

  ~silent_node_fixture() {
    for (auto& each : {node, finder})
      caf::anon_send_exit(each, caf::exit_reason::kill);
    run();
  }

  /// The node dies, and what it had is elsewhere.
  void lose(caf::actor& actor) {
    auto lost = std::exchange(actor, nullptr);
    caf::anon_send_exit(lost, caf::exit_reason::kill);
    run();
    // The first pause before it is looked for again, and much less than a request's patience.
    sched.advance_time(200ms);
    run();
  }

  /// The request waits for the node, and has succeeded when that is lost.
  void check_done_after_loss(const client& who, int request, caf::actor& lost) {
    run();
    CAF_CHECK(who.connection->answer(request).IsNull());
    lose(lost);
    auto answer = who.connection->answer(request);
    CAF_REQUIRE(answer.IsObject());
    CAF_CHECK(answer.HasMember("result"));
  }

  caf::actor node;
  caf::actor finder;
  caf::actor far;
  caf::actor far_user;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(silent_node_tests, silent_node_fixture)

CAF_TEST(a room whose node dies while a session is let in is found again at once) {
  auto ann = open();
  auto ben = open();
  const auto before = say(ben, "room", "before", "c1");
  far = sys.spawn(far_away, node);
  kill_room("room");
  CAF_CHECK_EQUAL(say(ben, "room", "while it is away", "c2"), 0);
  lose(far);
  CAF_CHECK_EQUAL(say(ben, "room", "after", "c3"), before + 2);
  CAF_CHECK_EQUAL(texts(ann), (strings{"before", "while it is away", "after"}));
}

CAF_TEST(a room whose node dies with a join is joined at once and told as joined only) {
  auto ann = open();
  far = sys.spawn(far_away, node);
  check_done_after_loss(ann, tell(ann, "room.join", R"({"room":"beach"})"), far);
  CAF_CHECK(ann.connection->take("member.left", "room").empty());
  CAF_CHECK_EQUAL(say(ann, "beach", "hello", "c1"), 1);
}

CAF_TEST(a session is opened though the node of its room dies meanwhile) {
  far = sys.spawn(far_away, node);
  auto ann = connect();
  check_done_after_loss(ann, tell(ann, "session.open", "{}"), far);
  CAF_CHECK_EQUAL(say(ann, "room", "hello", "c1"), 1);
}

CAF_TEST(a session is opened though the node of its user dies meanwhile) {
  far_user = sys.spawn(far_away, node);
  auto ann = connect();
  check_done_after_loss(ann, tell(ann, "session.open", "{}"), far_user);
}

CAF_TEST(a user whose next node dies too is found again at once) {
  auto ann = open();
  auto ben = open();
  auto own = user(ben.id);
  far_user = sys.spawn(far_away, node);
  caf::anon_send_exit(own, caf::exit_reason::kill);
  run();
  lose(far_user);
  ask(ann, "user.send", R"({"to":")" + ben.id + R"(","text":"psst","cid":"c1"})");
  CAF_CHECK_EQUAL(ben.connection->take("private", "text"), strings{"psst"});
}

CAF_TEST_FIXTURE_SCOPE_END()
