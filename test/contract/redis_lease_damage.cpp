#define CAF_SUITE redis_lease_damage
#include "test/contract/lease_fixture.hpp"

using namespace klatsch::contract;

namespace {

struct damage_fixture : lease_fixture {
  std::string redis(const std::vector<std::string>& words) { return server().ask(words); }

  /// Writes what a node has not; how long its lease is matters to nobody then.
  void put(const std::string& id, const std::string& record) {
    redis({"HSET", key("cluster:nodes"), id, record});
  }

  /// A record with a valid lease.
  void put_valid(const std::string& id, const std::string& what) {
    auto now_ms = std::chrono::duration_cast<milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    put(id, std::to_string(now_ms.count() + 60000) + " 60000 " + what);
  }

  captured_log lines;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(damage_of_leases, damage_fixture)

CAF_TEST(an activation with another view is refused and changes nothing) {
  auto epoch = make_room("room");
  CAF_CHECK_EQUAL(error_of(activate_room{"room", 1}), "stale_view");
  auto view = view_in(table->acquire(node("a"), long_lease_ms));
  CAF_CHECK_EQUAL(error_of(activate_room{"room", view.number - 1}), "stale_view");
  CAF_CHECK_EQUAL(error_of(activate_room{"room", view.number + 1}), "stale_view");
  CAF_CHECK_EQUAL(error_of(activate_room{"room", -1}), "not_found");
  CAF_CHECK_EQUAL(error_of(activate_room{"nowhere", view.number}), "not_found");
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c1").seq, 1);
  auto room = get(activate_room{"room", view.number});
  CAF_CHECK_EQUAL(room.previous_epoch, epoch);
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c2")), "fenced");
  auto younger = view_in(table->acquire(node("b"), long_lease_ms));
  CAF_CHECK_EQUAL(error_of(activate_room{"room", view.number}), "stale_view");
  CAF_CHECK_EQUAL(get(activate_room{"room", younger.number}).previous_epoch, room.epoch);
  CAF_CHECK(get(activate_room{"room"}).epoch > room.epoch);
  CAF_CHECK_EQUAL(lines.text().find("damaged"), std::string::npos);
}

CAF_TEST(a record that is no record is removed and named in the log) {
  auto a = take(node("a"));
  auto number = renew(a).number;
  std::string huge(1000000, 'x');
  std::vector<std::pair<std::string, std::string>> garbage{
      {"empty", ""},
      {"word", "nonsense"},
      {"huge", huge},
      {"negative", "-5 100 1 7000 1 1 0 host web|0 0 0"},
      {"large", "99999999999999999999 100 1 7000 1 1 0 host web|0 0 0"},
      {"infinite", "inf nan 1 7000 1 1 0 host web|0 0 0"},
      {"halves", "1 1 1 7000|1|2"},
      {"not an id", "1 1 1 7000 1 1 0 host web|0 0 0"},
      {huge, "1 1 1 7000 1 1 0 host web|0 0 0"},
  };
  for (const auto& [id, record] : garbage) {
    captured_log of_this_record;
    put(id, record);
    auto view = renew(a);
    CAF_CHECK_EQUAL(ids(view), "a");
    CAF_CHECK(view.number > number);
    number = view.number;
    CAF_CHECK_EQUAL(of_this_record.count("it is removed: " + id.substr(0, 64)), 1u);
    CAF_CHECK_EQUAL(redis({"HLEN", key("cluster:nodes")}), "1");
    CAF_CHECK(of_this_record.text().size() < 1000);
  }
  put("a", "nonsense");
  CAF_CHECK_EQUAL(refusal_in(table->renew(a, long_lease_ms)), "lapsed");
  CAF_CHECK(take(a).epoch > a.epoch);
}

CAF_TEST(a record that is out of bounds is ignored until its lease has run out) {
  auto a = take(node("a"));
  const std::vector<std::string> records{
      "1 7000 1 1 0 host|0 0 0",
      "1 7000 1 1 0 host web|0 0",
      "1 65536 1 1 0 host web|0 0 0",
      "1 -1 1 1 0 host web|0 0 0",
      "1 7000 1 1 0 ho\tst web|0 0 0",
      "1 7000 1 1 0 host web|0 0 many",
      "1 7000 1 1 0 host a,b,c,d,e,f,g,h,i|0 0 0",
      "1 7000 1 1 0 host web,,ws|0 0 0",
      "1 7000 1 1 0 " + std::string(most_address_bytes + 1, 'h') + " web|0 0 0",
  };
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto id = "b" + std::to_string(i);
    put_valid(id, records[i]);
    CAF_CHECK_EQUAL(ids(renew(a)), "a");
    if (lines.count("the record of node " + id) != 1)
      CAF_ERROR("the log does not name: " << records[i]);
    put(id, "1 60000 " + records[i]);
  }
  CAF_CHECK_EQUAL(ids(renew(a)), "a");
  CAF_CHECK_EQUAL(redis({"HLEN", key("cluster:nodes")}), "1");
}

CAF_TEST(fields of a later version are ignored) {
  auto a = take(node("a"));
  put_valid("b", "5 7000 1 1 1 host web,ws c new=1|1 2 3 new=2");
  node_record expected{"b", 5, {"web", "ws"}, "host", 7000, 1, 1, true, 1, 2, 3, {"c"}};
  auto found = renew(a);
  CAF_REQUIRE(found.find("b") != nullptr);
  CAF_CHECK(*found.find("b") == expected);
}

CAF_TEST(no lease is longer than it says) {
  auto a = take(node("a"), 300);
  put("b", "999999999999999 300 1 7000 1 1 0 host web|0 0 0");
  CAF_CHECK_EQUAL(ids(renew(a, 300)), "a b");
  CAF_CHECK_EQUAL(ids(renew_until_gone(a, 300, "b")), "a");
}

CAF_TEST(what is out of bounds is not written) {
  std::vector<node_record> records(8, node("a"));
  records[0].id = "a b";
  records[1].id = "";
  records[2].roles.assign(most_node_roles + 1, "role");
  records[3].roles = {"web,ws"};
  records[4].address = std::string(most_address_bytes + 1, 'h');
  records[5].address = "a|b";
  records[6].port = 65536;
  records[7].sessions = -1;
  for (const auto& record : records)
    CAF_CHECK_EQUAL(refusal_in(table->acquire(record, long_lease_ms)), "unavailable");
  for (std::int64_t lease_ms : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{3600001}})
    CAF_CHECK_EQUAL(refusal_in(table->acquire(node("a"), lease_ms)), "unavailable");
  CAF_CHECK_EQUAL(redis({"EXISTS", key("cluster:nodes"), key("cluster:state")}), "0");
}

CAF_TEST(a table that is full takes no more and keeps those that it has) {
  auto a = take(node("a"));
  for (std::size_t i = 1; i < most_nodes; ++i)
    put_valid("node-" + std::to_string(i), std::to_string(i) + " 7000 1 1 0 host web|0 0 0");
  CAF_CHECK_EQUAL(renew(a).nodes.size(), most_nodes);
  CAF_CHECK_EQUAL(refusal_in(table->acquire(node("b"), long_lease_ms)), "unavailable");
  CAF_CHECK_EQUAL(lines.count("takes no more"), 1u);
  CAF_CHECK_EQUAL(view_in(table->expel("node-1", 1)).nodes.size(), most_nodes - 1);
  CAF_CHECK_EQUAL(take(node("b")).id, "b");
}

CAF_TEST(a key of a foreign type is unavailable and untouched) {
  auto a = take(node("a"));
  for (std::string name : {"cluster:state", "cluster:nodes"}) {
    captured_log of_this_key;
    auto saved = redis({"DUMP", key(name)});
    redis({"SET", key(name), "foreign"});
    CAF_CHECK_EQUAL(refusal_in(table->renew(a, long_lease_ms)), "unavailable");
    CAF_CHECK_EQUAL(refusal_in(table->acquire(node("b"), long_lease_ms)), "unavailable");
    CAF_CHECK(of_this_key.count(key(name)) > 0);
    CAF_CHECK_EQUAL(redis({"GET", key(name)}), "foreign");
    redis({"RESTORE", key(name), "0", saved, "REPLACE"});
  }
  CAF_CHECK_EQUAL(ids(renew(a)), "a");
}

CAF_TEST(a Redis whose memory is full keeps all leases as they are) {
  auto a = take(node("a"));
  put("b", "1 60000 1 7000 1 1 0 host web|0 0 0");
  redis({"CONFIG", "SET", "maxmemory", "1"});
  CAF_CHECK_EQUAL(refusal_in(table->renew(a, long_lease_ms)), "unavailable");
  CAF_CHECK_EQUAL(redis({"HLEN", key("cluster:nodes")}), "2");
  redis({"CONFIG", "SET", "maxmemory", "0"});
  CAF_CHECK_EQUAL(ids(renew(a)), "a");
  CAF_CHECK_EQUAL(lines.count("unavailable: OOM"), 1u);
  CAF_CHECK_EQUAL(lines.count("works again"), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
