#define CAF_SUITE redis_failover
#include "test/contract/lease_fixture.hpp"

#include <functional>

#include "test/contract/open_redis_store.hpp"
#include "test/contract/replicated_redis.hpp"

using namespace klatsch::contract;

namespace {

using clock_type = std::chrono::steady_clock;

struct failover_fixture {
  failover_fixture() : store_(open_redis_store(redis.options())) {
    CAF_REQUIRE_EQUAL(error_of(create_room{"room", "Title", 1000}), "none");
    epoch = std::get<activated_room>(ask(activate_room{"room"})).epoch;
  }

  store_result ask(store_request request) { return store_->execute({&request, 1}).front(); }
  std::string error_of(store_request request) { return fixture::error_in(ask(std::move(request))); }

  /// Asks again and again, as clients do.
  appended say_until_stored(const std::string& cid) {
    auto deadline = clock_type::now() + std::chrono::seconds(60);
    for (;;) {
      auto result = ask(message_of("room", epoch, "ann", cid));
      if (auto stored = std::get_if<appended>(&result))
        return *stored;
      CAF_REQUIRE_EQUAL(fixture::error_in(result), "unavailable");
      if (clock_type::now() > deadline)
        CAF_FAIL("the store does not come back: " << lines.text());
      std::this_thread::sleep_for(milliseconds(5));
    }
  }

  void say(int count) {
    for (int i = 0; i < count; ++i) {
      auto cid = "c" + std::to_string(acknowledged.size());
      acknowledged.push_back(say_until_stored(cid).seq);
    }
  }

  /// The log is dense, and has each acknowledged message under its number and nothing else.
  void check_log() {
    auto result = ask(read_room{"room", {{}, 0, 1000}});
    auto page = std::get_if<log_page<klatsch::protocol::message>>(&result);
    CAF_REQUIRE(page != nullptr);
    CAF_REQUIRE_EQUAL(page->messages.size(), acknowledged.size());
    for (std::size_t i = 0; i < acknowledged.size(); ++i) {
      CAF_CHECK_EQUAL(acknowledged[i], static_cast<std::int64_t>(i + 1));
      CAF_CHECK_EQUAL(page->messages[i].seq, acknowledged[i]);
      CAF_CHECK_EQUAL(page->messages[i].cid, "c" + std::to_string(i));
    }
  }

  captured_log lines;
  replicated_redis redis;
  std::unique_ptr<store> store_;
  std::int64_t epoch = 0;
  std::vector<std::int64_t> acknowledged;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(failover_of_redis, failover_fixture)

CAF_TEST(a primary that is killed costs nothing that was acknowledged) {
  say(100);
  auto& former = redis.primary();
  former.kill();
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c100")), "unavailable");
  say(100);
  redis.wait_for_another_than(former);
  check_log();
  CAF_CHECK_EQUAL(lines.count("works again"), 1u);
  CAF_CHECK_EQUAL(lines.count("the primary is"), 2u);
  // It comes back as a replica, and nothing that it knew is taken for more than that.
  former.start();
  say(20);
  check_log();
}

CAF_TEST(a primary that hangs is left) {
  say(20);
  auto& former = redis.primary();
  former.freeze();
  say(20);
  former.thaw();
  say(20);
  redis.wait_for_another_than(former);
  check_log();
}

CAF_TEST(a planned failover costs nothing that all replicas had to confirm) {
  // One of them may still follow the former primary while the other one is promoted.
  auto careful = redis.options();
  careful.wait_replicas = 2;
  store_ = open_redis_store(careful);
  say(20);
  auto& former = redis.primary();
  CAF_REQUIRE_EQUAL(redis.sentinel(1).ask({"SENTINEL", "FAILOVER", "klatsch"}), "OK");
  auto deadline = clock_type::now() + std::chrono::seconds(60);
  while (&redis.primary() == &former && clock_type::now() < deadline)
    say(5);
  CAF_REQUIRE(&redis.primary() != &former);
  say(20);
  check_log();
}

CAF_TEST(leases go over to the replica and no number goes back) {
  auto table = make_redis_lease_table(redis.options());
  constexpr std::int64_t lease_ms = 2000;
  auto a = *view_in(table->acquire(node("a"), lease_ms)).find("a");
  auto before = view_in(table->acquire(node("b"), lease_ms));
  auto& former = redis.primary();
  former.kill();
  auto deadline = clock_type::now() + std::chrono::seconds(60);
  auto answer = table->renew(a, lease_ms);
  CAF_CHECK_EQUAL(refusal_in(answer), "unavailable");
  while (refusal_in(answer) == "unavailable" && clock_type::now() < deadline)
    answer = table->renew(a, lease_ms);
  auto after = view_in(answer);
  CAF_CHECK(after.number >= before.number);
  CAF_CHECK_EQUAL(ids(after), "a b");
}

CAF_TEST(a table that knows less than its nodes gets a view of its own) {
  auto table = make_redis_lease_table(redis.options());
  auto a = *view_in(table->acquire(node("a"), long_lease_ms)).find("a");
  auto lost = view_in(table->acquire(node("b"), long_lease_ms));
  // As a replica that has not heard of the last write.
  redis.primary().ask({"HSET", "test:cluster:state", "view", std::to_string(lost.number - 1)});
  redis.primary().ask({"HDEL", "test:cluster:nodes", "b"});
  auto view = view_in(table->renew(a, long_lease_ms));
  CAF_CHECK(view.number > lost.number);
  CAF_CHECK_EQUAL(ids(view), "a");
  CAF_CHECK_EQUAL(error_of(activate_room{"room", lost.number}), "stale_view");
  CAF_CHECK_EQUAL(error_of(activate_room{"room", view.number}), "none");
}

CAF_TEST(sentinels that are dead or know nothing are passed over) {
  redis.sentinel(0).kill();
  redis.sentinel(1).ask({"SENTINEL", "REMOVE", "klatsch"});
  store_ = open_redis_store(redis.options());
  CAF_CHECK_EQUAL(error_of(check_store{}), "none");
  auto unknown = redis.options();
  unknown.sentinel_master = "nobody";
  store_ = open_redis_store(unknown);
  CAF_CHECK_EQUAL(error_of(check_store{}), "unavailable");
  CAF_CHECK_EQUAL(lines.count("knows no master nobody"), 1u);
}

CAF_TEST(a Redis that a sentinel names and that is no primary is not taken) {
  redis.sentinel(0).kill();
  redis.sentinel(1).kill();
  auto& former = redis.primary();
  auto replica_port = redis.replicas().front()->ask({"CONFIG", "GET", "port"}).substr(5);
  // Alone it can't agree with anybody, and names what it was told.
  auto& sentinel = redis.sentinel(2);
  sentinel.ask({"SENTINEL", "REMOVE", "klatsch"});
  sentinel.ask({"SENTINEL", "MONITOR", "klatsch", "127.0.0.1", replica_port, "2"});
  store_ = open_redis_store(redis.options());
  CAF_CHECK_EQUAL(error_of(check_store{}), "unavailable");
  CAF_CHECK(lines.count("no primary") == 1u || lines.count("Connection refused") == 1u);
  CAF_CHECK_EQUAL(former.ask({"ROLE"}).substr(0, 6), "master");
}

CAF_TEST(what too few replicas have is not acknowledged and a resend finds out) {
  auto hasty = redis.options();
  hasty.wait_replicas = 2;
  hasty.wait_timeout_ms = 100;
  store_ = open_redis_store(hasty);
  say(3);
  auto frozen = redis.replicas().front();
  frozen->freeze();
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c3")), "unavailable");
  CAF_CHECK_EQUAL(lines.count("unavailable: 1 of 2 replicas"), 1u);
  // Another connection, which has not written anything, finds it stored, and not confirmed.
  store_ = open_redis_store(hasty);
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c3")), "unavailable");
  // Nobody may see what can still be lost.
  CAF_CHECK_EQUAL(error_of(read_room{"room", {{}, {}, 10}}), "unavailable");
  CAF_CHECK_EQUAL(error_of(list_rooms{10}), "none");
  std::vector<store_request> group{
      list_rooms{10}, message_of("room", epoch, "ann", "c4"), read_room{"room", {{}, {}, 10}}};
  auto results = store_->execute(group);
  CAF_CHECK_EQUAL(fixture::error_in(results[0]), "none");
  CAF_CHECK_EQUAL(fixture::error_in(results[1]), "unavailable");
  CAF_CHECK_EQUAL(fixture::error_in(results[2]), "unavailable");
  frozen->thaw();
  auto found = say_until_stored("c3");
  CAF_CHECK(found.duplicate);
  acknowledged.push_back(found.seq);
  acknowledged.push_back(say_until_stored("c4").seq);
  check_log();
}

CAF_TEST_FIXTURE_SCOPE_END()
