#define CAF_SUITE memberships
#include "test/unit/suite.hpp"

#include <caf/event_based_actor.hpp>

#include "test/unit/actors/membership_fixture.hpp"

using namespace klatsch;
using outcome = dial_report::outcome;
using persistence::lease_error;

CAF_TEST_FIXTURE_SCOPE(membership_tests, membership_fixture)

CAF_TEST(the first node takes its roles at once and serves everything) {
  auto self = record("b");
  self.roles = {};
  renewed(1, {self});
  CAF_CHECK_EQUAL(lease.roles, environment.roles);
  renewed(2, {record("b")});
  CAF_CHECK_EQUAL(placed(), "2: b");
  CAF_CHECK_EQUAL(state(), "active");
}

CAF_TEST(a node that joins takes no roles before it is linked) {
  auto self = record("b");
  self.roles = {};
  renewed(5, {self, record("c")});
  CAF_CHECK(lease.roles.empty());
  CAF_CHECK_EQUAL(placed(), "5: c");
  CAF_CHECK_EQUAL(state(), "starting");
  dial_ended("c", outcome::connected, spawn_peer("c"));
  renewed(5, {self, record("c")});
  CAF_CHECK_EQUAL(lease.roles, environment.roles);
}

CAF_TEST(of two nodes the one with the smaller id connects) {
  renewed(1, {record("a"), record("b"), record("c")});
  CAF_REQUIRE_EQUAL(dialed.size(), 1u);
  CAF_CHECK_EQUAL(dialed[0].first, "c");
  CAF_CHECK(dialed[0].second);
}

CAF_TEST(a node is not called again while a call is under way) {
  renewed(1, {record("b"), record("c")});
  renewed(1, {record("b"), record("c")});
  CAF_CHECK_EQUAL(dialed.size(), 1u);
  dial_ended("c", outcome::failed);
  renewed(1, {record("b"), record("c")});
  CAF_CHECK_EQUAL(dialed.size(), 2u);
}

CAF_TEST(a handshake that was cut is tried again at once) {
  renewed(1, {record("b"), record("c")});
  dial_ended("c", outcome::too_slow);
  CAF_CHECK_EQUAL(dialed.size(), 2u);
}

CAF_TEST(who says hello is linked and told our directory) {
  renewed(1, {record("a"), record("b")});
  auto peer = spawn_peer("a");
  self->request(
      membership, caf::infinite,
      node_hello{
          "a", "klatsch", node_protocol::oldest, node_protocol::newest, peer,
          environment.directory});
  run();
  CAF_CHECK_EQUAL(board.get().linked, std::vector<std::string>{"a"});
}

CAF_TEST(a node whose link breaks before it has answered the hello is dialed again at once) {
  auto silent = [](membership_actor::pointer self) -> membership_actor::behavior_type {
    return {
        [=](const node_hello&) -> caf::result<node_welcome> {
          return self->make_response_promise<node_welcome>();
        },
        [](const lease_alive&) {},
        [](const lease_report&) {},
        [](const dial_report&) {},
    };
  };
  // Keeps the promise alive, as CAF answers nothing for a node that is lost.
  auto keeper = [](caf::event_based_actor* self, const membership_actor& to) -> caf::behavior {
    return {[=](const node_hello& hello) { return self->delegate(to, hello); }};
  };
  membership_actor hole = sys.spawn(silent);
  others.push_back(caf::actor_cast<caf::actor>(hole));
  auto peer = sys.spawn(keeper, hole);
  renewed(1, {record("b"), record("c")});
  dialed.clear();
  dial_ended("c", dial_report::outcome::connected, caf::actor_cast<membership_actor>(peer));
  CAF_CHECK(dialed.empty());
  caf::anon_send_exit(peer, caf::exit_reason::kill);
  run();
  CAF_REQUIRE_EQUAL(dialed.size(), 1u);
  CAF_CHECK_EQUAL(dialed.front().first, "c");
}

CAF_TEST(a node that calls again has lost the link and is linked anew) {
  renewed(1, {record("a"), record("b")});
  auto peer = spawn_peer("a");
  auto says_hello = [&] {
    auto request = self->request(
        membership, caf::infinite,
        node_hello{
            "a", "klatsch", node_protocol::oldest, node_protocol::newest, peer,
            environment.directory});
    run();
    bool welcome = false;
    request.receive([&](const node_welcome&) { welcome = true; }, [](const caf::error&) {});
    return welcome;
  };
  CAF_CHECK(says_hello());
  // What was under way is lost on this side too, though it has noticed nothing.
  CAF_CHECK(!says_hello());
  CAF_REQUIRE_EQUAL(forgotten.size(), 1u);
  CAF_CHECK(forgotten.front() == peer);
  forgotten.clear();
  caf::anon_send_exit(peer, caf::exit_reason::kill);
  run();
  CAF_CHECK(board.get().linked.empty());
  peer = spawn_peer("a");
  CAF_CHECK(says_hello());
  CAF_CHECK_EQUAL(board.get().linked, std::vector<std::string>{"a"});
}

CAF_TEST(a hello of another cluster or another protocol is refused with the reason) {
  auto refusal_of = [this](node_hello hello) {
    auto peer = spawn_peer("a");
    hello.membership = peer;
    hello.directory = environment.directory;
    auto request = self->request(membership, caf::infinite, hello);
    run();
    std::string refusal;
    request.receive(
        [&](const node_welcome& answer) { refusal = answer.refusal; },
        [&](const caf::error&) { CAF_FAIL("no answer"); });
    return refusal;
  };
  const auto newest = node_protocol::newest;
  CAF_CHECK(
      refusal_of({"a", "other", 1, newest, {}, {}}).find("redis.prefix") != std::string::npos);
  CAF_CHECK(refusal_of({"b", "klatsch", 1, newest, {}, {}}).find("node.id") != std::string::npos);
  CAF_CHECK(
      refusal_of({"a", "klatsch", newest + 1, newest + 2, {}, {}}).find("upgrade") !=
      std::string::npos);
  CAF_CHECK(board.get().linked.empty());
  // The next version still speaks this one.
  CAF_CHECK_EQUAL(refusal_of({"a", "klatsch", newest, newest + 1, {}, {}}), "");
  CAF_CHECK_EQUAL(board.get().linked.size(), 1u);
}

CAF_TEST(a process that is dead is not waited for) {
  renewed(1, {record("b"), record("c", 7)});
  auto peer = spawn_peer("c");
  dial_ended("c", outcome::connected, peer, 7);
  CAF_REQUIRE_EQUAL(board.get().linked.size(), 1u);
  caf::anon_send_exit(peer, caf::exit_reason::kill);
  run();
  // It is called again at once, and nobody listens there any more.
  CAF_CHECK_EQUAL(dialed.size(), 2u);
  dial_ended("c", outcome::refused, membership_actor{}, 7);
  CAF_REQUIRE_EQUAL(lease.expelled.size(), 1u);
  CAF_CHECK_EQUAL(lease.expelled[0].first, "c");
  CAF_CHECK_EQUAL(lease.expelled[0].second, 7);
}

CAF_TEST(a node that was never linked is not expelled because nobody listens yet) {
  renewed(1, {record("b"), record("c", 7)});
  dial_ended("c", outcome::refused, membership_actor{}, 7);
  CAF_CHECK(lease.expelled.empty());
}

CAF_TEST(a node that is not reached is reported after a while) {
  renewed(1, {record("b"), record("c")});
  dial_ended("c", outcome::failed);
  CAF_CHECK(lease.unreachable.empty());
  wait(2500);
  renewed(1, {record("b"), record("c")});
  CAF_CHECK_EQUAL(lease.unreachable, std::vector<std::string>{"c"});
}

CAF_TEST(the node that reaches fewer sends its clients away and serves nothing) {
  renewed(1, {record("a"), record("b"), record("c")});
  CAF_CHECK_EQUAL(placed(), "1: a b c");
  renewed(2, {record("a"), record("b", 1, {"a", "c"}), record("c")});
  CAF_CHECK_EQUAL(state(), "cut_off");
  CAF_CHECK_EQUAL(placed(), "0:");
  CAF_CHECK_EQUAL(sent_away, 1);
  renewed(3, {record("a"), record("b", 1, {"a", "c"}), record("c")});
  CAF_CHECK_EQUAL(sent_away, 1);
  renewed(4, {record("a"), record("b"), record("c")});
  CAF_CHECK_EQUAL(state(), "active");
  CAF_CHECK_EQUAL(placed(), "4: a b c");
}

CAF_TEST(a lease that has lapsed ends what was served) {
  renewed(1, {record("b")});
  failed(lease_error::lapsed);
  CAF_CHECK_EQUAL(placed(), "0:");
  CAF_CHECK_EQUAL(state(), "starting");
  CAF_CHECK(lease.roles.empty());
}

CAF_TEST(while the store answers nobody everything stays as it is) {
  renewed(1, {record("b"), record("c")});
  dial_ended("c", outcome::connected, spawn_peer("c"));
  wait(3000);
  failed(lease_error::unavailable);
  CAF_CHECK_EQUAL(state(), "active");
  CAF_CHECK_EQUAL(placed(), "1: b c");
  CAF_CHECK_EQUAL(sent_away, 0);
}

CAF_TEST(a node that alone does not reach the store is cut off) {
  renewed(1, {record("b"), record("c")});
  dial_ended("c", outcome::connected, spawn_peer("c"));
  wait(3000);
  caf::anon_send(membership, lease_alive{"c"});
  failed(lease_error::unavailable);
  CAF_CHECK_EQUAL(state(), "cut_off");
  CAF_CHECK_EQUAL(sent_away, 1);
}

CAF_TEST(a node that reaches neither the store nor others is cut off) {
  renewed(1, {record("b"), record("c")});
  wait(1000);
  failed(lease_error::unavailable);
  CAF_CHECK_EQUAL(state(), "active");
  wait(2000);
  failed(lease_error::unavailable);
  CAF_CHECK_EQUAL(state(), "cut_off");
}

CAF_TEST(a node that drains is known to others as such) {
  auto draining = record("c");
  draining.draining = true;
  renewed(2, {record("b"), draining});
  CAF_CHECK_EQUAL(placed(), "2: b c(draining)");
}

CAF_TEST_FIXTURE_SCOPE_END()
