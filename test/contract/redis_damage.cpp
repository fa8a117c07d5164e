#define CAF_SUITE redis_damage
#include "test/contract/contract.hpp"

#include <iterator>
#include <set>
#include <sstream>

#include "test/contract/captured_log.hpp"
#include "test/contract/redis_backend.hpp"

using namespace klatsch::contract;

namespace {

constexpr page newest{std::nullopt, std::nullopt, 100};

struct damage_fixture : fixture {
  damage_fixture() {
    make_user("ann");
    make_user("bob");
    epoch = make_room("room");
    get(add_member{"room", epoch, "ann"});
    say("room", epoch, "ann", "c1");
    tell("ann", "bob", "c1");
  }

  std::string key(const std::string& name) {
    return static_cast<redis_backend&>(*backend_).key(name);
  }

  std::string redis(const std::vector<std::string>& words) {
    return redis_backend::server().ask(words);
  }

  /// Every request, so that each key is read and written by all that use it.
  std::vector<store_request> all_requests() {
    return {
        find_session{"token-ann", 1000, 1000000},
        find_session{"token-ann", 999000, 1999000},
        create_user{{"eve", "Eve"}, "token-eve", 1000, 2000},
        rename_user{"ann", "Ann"},
        load_user{"ann"},
        load_user{"bob"},
        create_room{"other", "Other", 1000},
        list_rooms{10},
        add_member{"room", epoch, "bob"},
        remove_member{"room", epoch, "bob"},
        check_epoch{"room", epoch},
        message_of("room", epoch, "ann", "c1"),
        message_of("room", epoch, "ann", "c2"),
        read_room{"room", newest},
        append_private{{"ann", "Ann"}, {"bob", "Bob"}, "text", "c1", 5000, false},
        append_private{{"ann", "Ann"}, {"bob", "Bob"}, "text", "c2", 5000, false},
        append_private{{"bob", "Bob"}, {"ann", "Ann"}, "text", "c2", 5000, true},
        read_private{"ann", "bob", newest},
        list_conversations{"ann", 10},
        list_conversations{"bob", 10},
        mark_delivered{"bob", "ann", 1},
        activate_room{"room"},
        delete_session{"token-bob"},
        expire_sessions{1500, 10},
    };
  }

  std::int64_t epoch = 0;
  captured_log lines;
};

const std::vector<std::string> all_keys{
    "users",
    "sessions:user",
    "sessions:expiry",
    "rooms",
    "rooms:title",
    "room:{room}:state",
    "room:{room}:members",
    "room:{room}:log",
    "user:{ann}:rooms",
    "user:{ann}:conversations",
    "user:{bob}:waiting",
    "conversation:{ann:bob}:log",
    "conversation:{ann:bob}:state",
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(damage_in_redis, damage_fixture)

CAF_TEST(the keys are those that are documented) {
  std::set<std::string> documented{key("format"), key("user:{bob}:conversations")};
  for (const auto& name : all_keys)
    documented.insert(key(name));
  std::istringstream words(redis({"KEYS", key("*")}));
  const std::set<std::string> found(std::istream_iterator<std::string>(words), {});
  CAF_CHECK_EQUAL(found, documented);
}

CAF_TEST(a key of a foreign type is unavailable and named in the log) {
  for (const auto& name : all_keys) {
    auto saved = redis({"DUMP", key(name)});
    redis({"DEL", key(name)});
    redis({"SETBIT", key(name), "7", "1"});
    captured_log of_this_key;
    std::size_t failed = 0;
    for (const auto& request : all_requests()) {
      auto error = error_of(request);
      failed += error == "unavailable";
    }
    if (failed == 0)
      CAF_ERROR("nobody minds a foreign " << name);
    if (of_this_key.count(key(name)) == 0)
      CAF_ERROR("the log does not name " << name << ": " << of_this_key.text());
    if (redis({"GETBIT", key(name), "7"}) != "1")
      CAF_ERROR(name << " was overwritten");
    redis({"RESTORE", key(name), "0", saved, "REPLACE"});
    epoch = get(activate_room{"room"}).epoch;
  }
}

CAF_TEST(the log names the key that hinders reading) {
  for (const auto& [name, request] : std::vector<std::pair<std::string, store_request>>{
           {"room:{room}:state", read_room{"room", newest}},
           {"conversation:{ann:bob}:state", list_conversations{"bob", 10}},
           {"users", read_private{"ann", "bob", newest}}}) {
    auto saved = redis({"DUMP", key(name)});
    redis({"SET", key(name), "foreign"});
    captured_log of_this_request;
    CAF_CHECK_EQUAL(error_of(request), "unavailable");
    CAF_CHECK(of_this_request.count(key(name)) > 0);
    redis({"RESTORE", key(name), "0", saved, "REPLACE"});
  }
}

CAF_TEST(a foreign key leaves no part of a message) {
  for (auto name : {"room:{room}:log", "room:{room}:state"}) {
    auto saved = redis({"DUMP", key(name)});
    redis({"SET", key(name), "foreign"});
    CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c2")), "unavailable");
    redis({"RESTORE", key(name), "0", saved, "REPLACE"});
  }
  for (auto name :
       {"conversation:{ann:bob}:log", "conversation:{ann:bob}:state", "user:{ann}:conversations",
        "user:{bob}:conversations", "user:{bob}:waiting"}) {
    auto saved = redis({"DUMP", key(name)});
    redis({"SET", key(name), "foreign"});
    append_private said{{"ann", "Ann"}, {"bob", "Bob"}, "text", "c2", 5000, false};
    CAF_CHECK_EQUAL(error_of(said), "unavailable");
    redis({"RESTORE", key(name), "0", saved, "REPLACE"});
  }
  auto result = say("room", epoch, "ann", "c2");
  CAF_CHECK(result == (appended{2, 5000, false}));
  auto told = tell("ann", "bob", "c2");
  CAF_CHECK_EQUAL(told.seq, 2);
  CAF_CHECK(!told.duplicate);
}

CAF_TEST(foreign values are unavailable and never a crash) {
  struct damage {
    std::vector<std::string> command;
    store_request request;
  };
  make_room("other");
  make_user("eve");
  std::string huge(100000, 'x');
  // Activations last: one whose answer can't be read has taken a new epoch.
  std::vector<damage> damages{
      {{"HSET", key("room:{room}:state"), "seq", "many"}, message_of("room", epoch, "ann", "c2")},
      {{"HSET", key("room:{room}:state"), "ann c1", "nonsense"},
       message_of("room", epoch, "ann", "c1")},
      {{"HSET", key("room:{room}:state"), "ann c1", "001"}, message_of("room", epoch, "ann", "c1")},
      {{"HSET", key("room:{room}:state"), "ann c1", "5"}, message_of("room", epoch, "ann", "c1")},
      {{"HSET", key("conversation:{ann:bob}:state"), "ann c1", "5"},
       append_private{{"ann", "Ann"}, {"bob", "Bob"}, "text", "c1", 5000, false}},
      {{"XADD", key("room:{room}:log"), "7-7", "some", "thing"}, read_room{"room", newest}},
      {{"XADD", key("conversation:{ann:bob}:log"), "7-0", "ts", "x"},
       read_private{"ann", "bob", newest}},
      {{"XADD", key("room:{other}:log"), "7-0", "message", "5000 ann c1 3 An"},
       read_room{"other", newest}},
      {{"XADD", key("conversation:{ann:eve}:log"), "1-0", "message", "5000 ann c1 3 Ann hello"},
       read_private{"ann", "eve", newest}},
      {{"XADD", key("conversation:{bob:eve}:log"), "1-0", "message",
        "5000 ann c1 3 Ann 3 Eve hello"},
       read_private{"bob", "eve", newest}},
      {{"HSET", key("conversation:{ann:bob}:state"), "bob:waits", "some"},
       list_conversations{"bob", 10}},
      {{"HSET", key("conversation:{ann:bob}:state"), "bob:waits", "some"},
       mark_delivered{"bob", "ann", 1}},
      {{"HSET", key("conversation:{ann:bob}:state"), "seq", "-4"}, list_conversations{"ann", 10}},
      {{"SADD", key("user:{ann}:rooms"), "not an id"}, load_user{"ann"}},
      {{"HSET", key("users"), "ann", "\xFF"}, load_user{"ann"}},
      {{"HSET", key("users"), "ann", huge}, find_session{"token-ann", 1000, 1000000}},
      {{"HSET", key("sessions:user"), "token-ann", "a b"},
       find_session{"token-ann", 1000, 1000000}},
      {{"RPUSH", key("rooms"), "not an id"}, list_rooms{10}},
      {{"HDEL", key("users"), "ann"}, activate_room{"room"}},
      {{"HSET", key("rooms:title"), "room", huge}, activate_room{"room"}},
  };
  for (const auto& [command, request] : damages) {
    redis(command);
    if (auto error = error_of(request); error != "unavailable")
      CAF_ERROR(command[1] << " " << command[2] << ": " << error);
  }
  CAF_CHECK_EQUAL(error_of(load_user{"bob"}), "none");
  CAF_CHECK_EQUAL(lines.count(huge.substr(0, 1000)), 0u);
}

CAF_TEST(a conversation in which nothing waits and that is on top needs nothing else) {
  tell("ann", "bob", "c2", true);
  tell("bob", "ann", "c3", true);
  auto saved = redis({"DUMP", key("user:{ann}:conversations")});
  redis({"SET", key("user:{ann}:conversations"), "foreign"});
  append_private said{{"ann", "Ann"}, {"bob", "Bob"}, "text", "c4", 5000, true};
  CAF_CHECK_EQUAL(get(said).seq, 4);
  said.delivered = false;
  said.cid = "c5";
  CAF_CHECK_EQUAL(error_of(said), "unavailable");
  redis({"RESTORE", key("user:{ann}:conversations"), "0", saved, "REPLACE"});
  CAF_CHECK_EQUAL(get(said).seq, 5);
}

CAF_TEST(a damaged conversation on top does not keep others from its place) {
  make_user("carl");
  tell("ann", "carl", "c1", true);
  redis({"SET", key("conversation:{ann:carl}:state"), "foreign"});
  tell("ann", "bob", "c2", true);
  redis({"DEL", key("conversation:{ann:carl}:state")});
  CAF_CHECK_EQUAL(
      redis({"ZREVRANGE", key("user:{ann}:conversations"), "0", "-1"}), "ann:bob ann:carl");
}

CAF_TEST(damage in one request does not hinder the others of its group) {
  redis({"SET", key("room:{room}:state"), "foreign"});
  auto other = make_room("other");
  auto results = ask_group(
      {message_of("other", other, "ann", "c1"), message_of("room", epoch, "ann", "c2"),
       message_of("other", other, "ann", "c2")});
  CAF_CHECK_EQUAL(as<appended>(results[0]).seq, 1);
  CAF_CHECK_EQUAL(error_in(results[1]), "unavailable");
  CAF_CHECK_EQUAL(as<appended>(results[2]).seq, 2);
  CAF_CHECK_EQUAL(lines.count("unavailable: "), 0u);
}

CAF_TEST(a damaged number of a cid hinders no other message of its group) {
  redis({"HSET", key("room:{room}:state"), "ann c2", "nonsense", "ann c3", "500"});
  auto results = ask_group(
      {message_of("room", epoch, "ann", "c4"), message_of("room", epoch, "ann", "c2"),
       message_of("room", epoch, "ann", "c3"), message_of("room", epoch, "ann", "c5")});
  CAF_CHECK_EQUAL(as<appended>(results[0]).seq, 2);
  CAF_CHECK_EQUAL(error_in(results[1]), "unavailable");
  CAF_CHECK_EQUAL(error_in(results[2]), "unavailable");
  CAF_CHECK_EQUAL(as<appended>(results[3]).seq, 3);
}

CAF_TEST(cids are looked up in a table however the messages came) {
  auto encoding = [&](const std::string& name) { return redis({"OBJECT", "ENCODING", key(name)}); };
  std::vector<store_request> group;
  for (int number = 2; number <= 64; ++number) {
    const auto cid = "c" + std::to_string(number);
    group.push_back(message_of("room", epoch, "ann", cid));
    tell("ann", "bob", cid, true);
  }
  CAF_CHECK_EQUAL(as<appended>(ask_group(group).back()).seq, 64);
  CAF_CHECK_EQUAL(encoding("room:{room}:state"), "hashtable");
  CAF_CHECK_EQUAL(encoding("conversation:{ann:bob}:state"), "hashtable");
}

CAF_TEST(from some messages on cids are looked up in a table) {
  auto encoding = [&](const std::string& name) { return redis({"OBJECT", "ENCODING", key(name)}); };
  for (int number = 2; number <= 70; ++number) {
    const bool few = number < 64;
    say("room", epoch, "ann", "c" + std::to_string(number));
    tell("ann", "bob", "c" + std::to_string(number));
    CAF_CHECK_EQUAL(encoding("room:{room}:state") == "hashtable", !few);
    CAF_CHECK_EQUAL(encoding("conversation:{ann:bob}:state") == "hashtable", !few);
  }
  CAF_CHECK(say("room", epoch, "ann", "c1").duplicate);
  CAF_CHECK(say("room", epoch, "ann", "c70").duplicate);
  CAF_CHECK(tell("ann", "bob", "c1").duplicate);
  CAF_CHECK_EQUAL(get(activate_room{"room"}).seq, 70);
}

CAF_TEST_FIXTURE_SCOPE_END()
