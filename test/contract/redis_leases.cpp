#define CAF_SUITE redis_leases
#include "test/contract/lease_fixture.hpp"

using namespace klatsch::contract;

using clock_type = std::chrono::steady_clock;

CAF_TEST_FIXTURE_SCOPE(leases_in_redis, lease_fixture)

CAF_TEST(nodes find each other with all that they say of themselves) {
  auto self = node("a");
  self.draining = true;
  self.rooms = 1;
  self.users = 2;
  self.sessions = 3;
  auto a = take(self);
  CAF_CHECK(a.epoch > 0);
  self.epoch = a.epoch;
  CAF_CHECK(a == self);
  node_record bare;
  bare.id = "B-_9";
  auto b = take(bare);
  CAF_CHECK(b.epoch > a.epoch);
  auto view = view_in(open_table()->renew(a, long_lease_ms));
  CAF_CHECK_EQUAL(ids(view), "B-_9 a");
  CAF_CHECK(*view.find("a") == a);
  CAF_CHECK(*view.find("B-_9") == b);
  CAF_CHECK(view.find("A") == nullptr);
}

CAF_TEST(the number of the view grows by what matters and by nothing else) {
  auto first = view_in(table->acquire(node("a"), long_lease_ms));
  auto a = *first.find("a");
  CAF_CHECK_EQUAL(renew(a).number, first.number);
  a.rooms = a.users = a.sessions = 1000;
  auto number = renew(a).number;
  CAF_CHECK_EQUAL(number, first.number);
  auto grows = [&](const cluster_view& view) {
    CAF_CHECK(view.number > number);
    number = view.number;
    CAF_CHECK_EQUAL(renew(a).number, number);
  };
  a.roles = {"worker"};
  grows(renew(a));
  a.address = "other.example.org";
  grows(renew(a));
  a.port = 7001;
  grows(renew(a));
  a.newest_protocol = 3;
  grows(renew(a));
  a.draining = true;
  auto view = renew(a);
  CAF_CHECK(*view.find("a") == a);
  grows(view);
  grows(view_in(table->acquire(node("b"), long_lease_ms)));
  auto b = *renew(a).find("b");
  CAF_CHECK(std::holds_alternative<done>(table->release("b", b.epoch)));
  grows(renew(a));
}

CAF_TEST(an id has one process at a time) {
  auto a = take(node("a"));
  auto other = open_table();
  CAF_CHECK_EQUAL(refusal_in(other->acquire(node("a"), long_lease_ms)), "taken");
  CAF_CHECK(std::holds_alternative<done>(table->release("a", a.epoch)));
  auto view = view_in(other->acquire(node("a"), long_lease_ms));
  CAF_CHECK(view.find("a")->epoch > a.epoch);
  CAF_CHECK_EQUAL(refusal_in(table->renew(a, long_lease_ms)), "lapsed");
  CAF_CHECK(std::get<lease_error>(table->release("a", a.epoch)) == lease_error::lapsed);
  CAF_CHECK_EQUAL(ids(view_in(other->renew(*view.find("a"), long_lease_ms))), "a");
}

CAF_TEST(a lease that is not renewed runs out and not before its time) {
  constexpr std::int64_t lease_ms = 400;
  auto a = take(node("a"), lease_ms);
  auto b = take(node("b"), lease_ms);
  auto begin = clock_type::now();
  auto before = renew(a, lease_ms);
  auto after = renew_until_gone(b, lease_ms, "a");
  CAF_CHECK(clock_type::now() - begin >= milliseconds(lease_ms - 1));
  CAF_CHECK(after.number > before.number);
  CAF_CHECK_EQUAL(ids(after), "b");
  CAF_CHECK_EQUAL(refusal_in(table->renew(a, lease_ms)), "lapsed");
  CAF_CHECK(take(node("a"), lease_ms).epoch > b.epoch);
}

CAF_TEST(a killed process comes back when its lease has run out and nobody else is there) {
  constexpr std::int64_t lease_ms = 300;
  auto before = take(node("a"), lease_ms);
  auto deadline = clock_type::now() + std::chrono::seconds(30);
  for (;;) {
    auto answer = table->acquire(node("a"), lease_ms);
    if (refusal_in(answer) == "none") {
      CAF_CHECK(std::get<cluster_view>(answer).find("a")->epoch > before.epoch);
      break;
    }
    CAF_REQUIRE_EQUAL(refusal_in(answer), "taken");
    if (clock_type::now() > deadline)
      CAF_FAIL("the lease does not run out");
    std::this_thread::sleep_for(milliseconds(5));
  }
}

CAF_TEST(who is known to be dead is expelled and only that process) {
  auto a = take(node("a"));
  auto b = take(node("b"));
  auto number = renew(a).number;
  CAF_CHECK_EQUAL(view_in(table->expel("b", b.epoch - 1)).number, number);
  CAF_CHECK_EQUAL(view_in(table->expel("b", b.epoch + 1)).number, number);
  CAF_CHECK_EQUAL(view_in(table->expel("c", b.epoch)).number, number);
  auto view = view_in(table->expel("b", b.epoch));
  CAF_CHECK(view.number > number);
  CAF_CHECK_EQUAL(ids(view), "a");
  CAF_CHECK_EQUAL(view_in(table->expel("b", b.epoch)).number, view.number);
  CAF_CHECK_EQUAL(refusal_in(table->renew(b, long_lease_ms)), "lapsed");
  auto again = take(node("b"));
  CAF_CHECK_EQUAL(ids(view_in(table->expel("b", b.epoch))), "a b");
  const auto renewed = renew(again);
  CAF_CHECK_EQUAL(renewed.find("b")->epoch, again.epoch);
}

CAF_TEST(nobody loses a lease while nobody renews) {
  constexpr std::int64_t lease_ms = 300;
  auto a = take(node("a"), lease_ms);
  auto b = take(node("b"), lease_ms);
  auto number = renew(a, lease_ms).number;
  for (int round = 0; round < 2; ++round) {
    let_pass(milliseconds(2 * lease_ms));
    auto view = renew(b, lease_ms);
    CAF_CHECK_EQUAL(view.number, number);
    CAF_CHECK_EQUAL(ids(view), "a b");
    CAF_CHECK_EQUAL(renew(a, lease_ms).number, number);
  }
  let_pass(milliseconds(2 * lease_ms));
  CAF_CHECK_EQUAL(ids(renew_until_gone(b, lease_ms, "a")), "b");
}

CAF_TEST(nobody loses a lease by a restart of Redis) {
  captured_log quiet;
  constexpr std::int64_t lease_ms = 300;
  auto a = take(node("a"), lease_ms);
  auto b = take(node("b"), lease_ms);
  auto number = renew(a, lease_ms).number;
  server().kill();
  CAF_CHECK_EQUAL(refusal_in(table->renew(a, lease_ms)), "unavailable");
  let_pass(milliseconds(2 * lease_ms));
  server().start();
  auto deadline = clock_type::now() + std::chrono::seconds(30);
  auto answer = table->renew(a, lease_ms);
  while (refusal_in(answer) == "unavailable" && clock_type::now() < deadline)
    answer = table->renew(a, lease_ms);
  auto view = view_in(std::move(answer));
  CAF_CHECK_EQUAL(ids(view), "a b");
  CAF_CHECK_EQUAL(view.number, number);
  CAF_CHECK_EQUAL(renew(b, lease_ms).number, number);
}

CAF_TEST(a clock that was set back ends and prolongs no lease) {
  constexpr std::int64_t lease_ms = 400;
  auto a = take(node("a"), lease_ms);
  auto b = take(node("b"), lease_ms);
  // As if all had been written an hour later.
  for (const auto& each : {a, b}) {
    auto record = server().ask({"HGET", key("cluster:nodes"), each.id});
    auto lease_until = std::stoll(record) + 3600000;
    server().ask(
        {"HSET", key("cluster:nodes"), each.id,
         std::to_string(lease_until) + record.substr(record.find(' '))});
  }
  auto asked_at = std::stoll(server().ask({"HGET", key("cluster:state"), "asked_at"})) + 3600000;
  server().ask({"HSET", key("cluster:state"), "asked_at", std::to_string(asked_at)});
  CAF_CHECK_EQUAL(ids(renew(b, lease_ms)), "a b");
  CAF_CHECK_EQUAL(ids(renew_until_gone(b, lease_ms, "a")), "b");
}

CAF_TEST(no number is given twice when the last ones are lost) {
  captured_log quiet;
  auto a = take(node("a"));
  auto view = view_in(table->acquire(node("b"), long_lease_ms));
  make_room("room");
  auto room = get(activate_room{"room", view.number});
  // Several numbers may have been given in one millisecond; a failover takes longer.
  let_pass(milliseconds(10));
  server().ask({"DEL", key("cluster:state"), key("cluster:nodes")});
  server().ask({"HSET", key("room:{room}:state"), "epoch", "0"});
  CAF_CHECK_EQUAL(error_of(activate_room{"room", view.number}), "stale_view");
  CAF_CHECK_EQUAL(refusal_in(table->renew(a, long_lease_ms)), "lapsed");
  auto later = view_in(table->acquire(node("a"), long_lease_ms));
  CAF_CHECK(later.number > view.number);
  CAF_CHECK(later.find("a")->epoch > view.find("b")->epoch);
  CAF_CHECK(get(activate_room{"room", later.number}).epoch > room.epoch);
}

CAF_TEST_FIXTURE_SCOPE_END()
