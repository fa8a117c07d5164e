#define CAF_SUITE redis_faults
#include "test/contract/contract.hpp"

#include <chrono>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "persistence/redis_command.hpp"
#include "protocol/limits.hpp"
#include "test/contract/captured_log.hpp"
#include "test/contract/open_redis_store.hpp"
#include "test/contract/redis_backend.hpp"

using klatsch::temporary_folder;
using namespace klatsch::contract;

namespace {

using clock_type = std::chrono::steady_clock;

/// Puts a setting of the server back when it goes.
class changed_setting {
 public:
  changed_setting(std::string name, const std::string& value) : name_(std::move(name)) {
    auto& server = redis_backend::server();
    before_ = server.ask({"CONFIG", "GET", name_});
    before_.erase(0, name_.size() + 1);
    CAF_REQUIRE_EQUAL(server.ask({"CONFIG", "SET", name_, value}), "OK");
  }
  ~changed_setting() { redis_backend::server().ask({"CONFIG", "SET", name_, before_}); }

 private:
  std::string name_;
  std::string before_;
};

/// Knows the script of the connection's beginning only, and ends the connection when it has been
/// asked for another one.
class forgetful_redis {
 public:
  forgetful_redis() {
    sockaddr_un address{AF_UNIX, {}};
    socket().copy(address.sun_path, sizeof address.sun_path - 1);
    CAF_REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    CAF_REQUIRE(::listen(listener_, 1) == 0);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~forgetful_redis() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string socket() const { return folder_.file("redis.sock"); }

 private:
  void serve() {
    const int client = ::accept(listener_, nullptr, nullptr);
    std::string asked;
    bool claimed = false;
    char piece[4096];
    for (ssize_t size = 0; (size = ::read(client, piece, sizeof piece)) > 0;) {
      asked.append(piece, static_cast<std::size_t>(size));
      for (; take(asked, "SCRIPT\r\n");)
        answer(client, "$1\r\nx\r\n");
      for (; take(asked, "CONFIG\r\n");)
        answer(client, "-ERR unknown command\r\n");
      if (!claimed && (claimed = take(asked, "EVALSHA\r\n")))
        answer(client, "$1\r\n" + std::string(format_of_keys) + "\r\n");
      if (take(asked, "EVALSHA\r\n")) {
        answer(client, "-NOSCRIPT No matching script.\r\n");
        break;
      }
    }
    ::close(client);
  }

  static bool take(std::string& from, std::string_view word) {
    const auto place = from.find(word);
    if (place == std::string::npos)
      return false;
    from.erase(place, word.size());
    return true;
  }

  static void answer(int client, std::string_view text) {
    CAF_CHECK_EQUAL(::write(client, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  temporary_folder folder_;
  const int listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  std::thread thread_;
};

struct faults_fixture : fixture {
  faults_fixture() : epoch(make_room("room")) {}

  redis_server& server() { return redis_backend::server(); }
  std::string key(const char* name) { return options().prefix + ":" + name; }
  redis_options options() { return static_cast<redis_backend&>(*backend_).options(); }

  /// Asks until the store has connected again; the last error.
  std::string check_until(const std::string& expected) {
    auto deadline = clock_type::now() + std::chrono::seconds(20);
    std::string error;
    do
      error = error_of(check_store{});
    while (error != expected && clock_type::now() < deadline);
    return error;
  }

  captured_log lines;
  std::int64_t epoch;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(faults_of_redis, faults_fixture)

CAF_TEST(scripts that Redis has forgotten are loaded again and the order holds) {
  server().ask({"SCRIPT", "FLUSH"});
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c1").seq, 1);
  server().ask({"SCRIPT", "FLUSH"});
  std::vector<store_request> group;
  for (int i = 0; i < 50; ++i)
    group.push_back(message_of("room", epoch, "ann", "d" + std::to_string(i)));
  auto results = ask_group(group);
  for (int i = 0; i < 50; ++i)
    CAF_CHECK_EQUAL(as<appended>(results[static_cast<std::size_t>(i)]).seq, i + 2);
  CAF_CHECK_EQUAL(lines.count("unavailable"), 0u);
}

CAF_TEST(a Redis that forgets the scripts and goes away is given up) {
  forgetful_redis other;
  redis_options there;
  there.host = other.socket();
  auto store = open_redis_store(there);
  const store_request group[] = {list_rooms{10}, list_rooms{10}};
  for (const auto& result : store->execute(group))
    CAF_CHECK_EQUAL(error_in(result), "unavailable");
}

CAF_TEST(a Redis whose memory is full refuses what writes and still reads) {
  say("room", epoch, "ann", "c1");
  {
    changed_setting full("maxmemory", "1");
    for (int i = 0; i < 5; ++i)
      CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c2")), "unavailable");
    CAF_CHECK_EQUAL(error_of(check_store{}), "unavailable");
    CAF_CHECK_EQUAL(numbers(log_of("room")), "1");
    for (const auto& result : ask_group({list_rooms{10}, read_room{"room", {{}, {}, 10}}}))
      CAF_CHECK_EQUAL(error_in(result), "none");
    for (const auto& result : ask_group({message_of("room", epoch, "ann", "c2"), list_rooms{10}}))
      CAF_CHECK_EQUAL(error_in(result), "unavailable");
    CAF_CHECK_EQUAL(lines.count("unavailable: OOM"), 1u);
    CAF_CHECK_EQUAL(lines.count("works again"), 0u);
  }
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c2").seq, 2);
  CAF_CHECK_EQUAL(lines.count("works again"), 1u);
}

CAF_TEST(a Redis whose memory is full keeps private messages as they are and lets users go) {
  make_user("ann");
  make_user("bob");
  tell("ann", "bob", "c1", true);
  tell("bob", "carl", "c1", false);
  const auto state = server().ask({"HGETALL", key("conversation:{ann:bob}:state")});
  {
    changed_setting full("maxmemory", "1");
    append_private said{{"ann", "Ann"}, {"bob", "Bob"}, "text", "c2", 5000, true};
    CAF_CHECK_EQUAL(error_of(said), "unavailable");
    said.delivered = false;
    CAF_CHECK_EQUAL(error_of(said), "unavailable");
    CAF_CHECK_EQUAL(error_of(create_user{{"eve", "Eve"}, "token", 1000, 2000}), "unavailable");
    CAF_CHECK_EQUAL(error_of(mark_delivered{"carl", "bob", 1}), "none");
    CAF_CHECK_EQUAL(error_of(delete_session{"token-bob"}), "none");
    CAF_CHECK_EQUAL(lines.count("works again"), 0u);
  }
  CAF_CHECK_EQUAL(server().ask({"HGETALL", key("conversation:{ann:bob}:state")}), state);
  CAF_CHECK_EQUAL(error_of(load_user{"eve"}), "not_found");
  CAF_CHECK_EQUAL(tell("ann", "bob", "c2", true).seq, 2);
  CAF_CHECK_EQUAL(lines.count("works again"), 1u);
}

CAF_TEST(a Redis that became a replica is left and taken again when it can write) {
  changed_setting timeout("repl-timeout", "5");
  server().ask({"REPLICAOF", "127.0.0.1", "1"});
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c1")), "unavailable");
  CAF_CHECK_EQUAL(lines.count("unavailable: READONLY"), 1u);
  server().ask({"REPLICAOF", "NO", "ONE"});
  CAF_CHECK_EQUAL(check_until("none"), "none");
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c1").seq, 1);
}

CAF_TEST(a password is given and a wrong one is said without telling it) {
  auto with_password = options();
  with_password.password = "a secret with blanks";
  server().ask({"CONFIG", "SET", "requirepass", with_password.password});
  auto right = open_redis_store(with_password);
  store_request check = check_store{};
  CAF_CHECK_EQUAL(error_in(right->execute({&check, 1}).front()), "none");
  with_password.password = "a wrong secret";
  auto wrong = open_redis_store(with_password);
  CAF_CHECK_EQUAL(error_in(wrong->execute({&check, 1}).front()), "unavailable");
  with_password.password = "";
  auto none = open_redis_store(with_password);
  CAF_CHECK_EQUAL(error_in(none->execute({&check, 1}).front()), "unavailable");
  CAF_CHECK_EQUAL(lines.count("WRONGPASS"), 1u);
  CAF_CHECK_EQUAL(lines.count("NOAUTH"), 1u);
  CAF_CHECK_EQUAL(lines.count("secret"), 0u);
  // Started again, it has no password.
  server().kill();
}

CAF_TEST(a connection that is cut is made again) {
  say("room", epoch, "ann", "c1");
  server().ask({"CLIENT", "KILL", "TYPE", "normal"});
  auto first = error_of(message_of("room", epoch, "ann", "c2"));
  CAF_CHECK(first == "unavailable" || first == "none");
  CAF_CHECK_EQUAL(check_until("none"), "none");
  CAF_CHECK(say("room", epoch, "ann", "c2").seq == 2);
}

CAF_TEST(a Redis that hangs is given up after the timeout) {
  auto hasty = options();
  hasty.timeout_ms = 100;
  store_ = open_redis_store(hasty);
  get(check_store{});
  server().freeze();
  auto begin = clock_type::now();
  CAF_CHECK_EQUAL(error_of(check_store{}), "unavailable");
  CAF_CHECK(clock_type::now() - begin >= std::chrono::milliseconds(90));
  CAF_CHECK_EQUAL(lines.count("no answer in time"), 1u);
  server().thaw();
  CAF_CHECK_EQUAL(check_until("none"), "none");
}

CAF_TEST(a group that the socket does not take at once is stored whole) {
  std::vector<store_request> group;
  for (int i = 1; i <= 100; ++i)
    group.push_back(message_of(
        "room", epoch, "ann", "c" + std::to_string(i),
        std::string(klatsch::protocol::limits::text_code_points, 'x')));
  server().freeze();
  std::thread thawing{[this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    server().thaw();
  }};
  auto results = ask_group(group);
  thawing.join();
  for (std::size_t i = 0; i < group.size(); ++i)
    CAF_CHECK_EQUAL(as<appended>(results[i]).seq, static_cast<std::int64_t>(i + 1));
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "next").seq, 101);
}

CAF_TEST(a Redis that is not there is tried at most every 200 milliseconds) {
  redis_options nowhere;
  nowhere.host = server().socket() + ".not-there";
  auto store = open_redis_store(nowhere);
  store_request check = check_store{};
  auto begin = clock_type::now();
  int asked = 0;
  while (clock_type::now() - begin < std::chrono::milliseconds(100)) {
    CAF_CHECK_EQUAL(error_in(store->execute({&check, 1}).front()), "unavailable");
    ++asked;
  }
  CAF_CHECK(asked > 20);
  CAF_CHECK_EQUAL(lines.count("unavailable: "), 1u);
}

CAF_TEST(two systems share a Redis by their prefixes) {
  auto other_options = options();
  other_options.prefix = "another";
  auto other = open_redis_store(other_options);
  make_user("ann");
  store_request load = load_user{"ann"};
  CAF_CHECK_EQUAL(error_in(other->execute({&load, 1}).front()), "not_found");
}

CAF_TEST(what another version of klatsch has written is neither read nor changed) {
  const int ours = std::stoi(std::string(format_of_keys));
  for (const auto& written : {std::string(), std::to_string(ours - 1), std::to_string(ours + 1)}) {
    if (!written.empty())
      server().ask({"SET", key("format"), written});
    else
      server().ask({"DEL", key("format")});
    reopen();
    captured_log said_now;
    CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c1")), "unavailable");
    CAF_CHECK_EQUAL(said_now.count("another version"), 1u);
    CAF_CHECK_EQUAL(server().ask({"EXISTS", key("room:{room}:log")}), "0");
    CAF_CHECK_EQUAL(server().ask({"GET", key("format")}), written.empty() ? "(nil)" : written);
  }
  server().ask({"SET", key("format"), std::string(format_of_keys)});
  CAF_CHECK_EQUAL(check_until("none"), "none");
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c1").seq, 1);
}

CAF_TEST(a Redis that was emptied is ours again with the first room) {
  server().ask({"FLUSHALL"});
  make_room("room");
  reopen();
  CAF_CHECK_EQUAL(error_of(check_store{}), "none");
  CAF_CHECK_EQUAL(server().ask({"GET", key("format")}), format_of_keys);
}

CAF_TEST(two nodes append to one room and only the younger may) {
  auto other = open_redis_store(options());
  store_request activate = activate_room{"room"};
  auto younger = as<activated_room>(other->execute({&activate, 1}).front()).epoch;
  store_request append = message_of("room", younger, "bob", "c1");
  CAF_CHECK_EQUAL(as<appended>(other->execute({&append, 1}).front()).seq, 1);
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c1")), "fenced");
}

CAF_TEST(the log tells an operator how durable the Redis is) {
  CAF_CHECK_EQUAL(lines.count("survives a loss of power"), 1u);
  changed_setting everysec("appendfsync", "everysec");
  reopen();
  get(check_store{});
  CAF_CHECK_EQUAL(lines.count("acknowledged messages can be lost"), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
