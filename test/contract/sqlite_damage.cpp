#define CAF_SUITE sqlite_damage
#include "test/contract/contract.hpp"

#include <filesystem>
#include <fstream>
#include <random>

#include "test/contract/captured_log.hpp"
#include "test/contract/sqlite_backend.hpp"

using namespace klatsch::contract;

namespace {

struct damage_fixture : fixture {
  damage_fixture() {
    make_user("ann");
    make_user("bob");
    epoch = make_room("room");
    get(add_member{"room", epoch, "ann"});
    say("room", epoch, "ann", "c1");
    tell("ann", "bob", "c1");
  }

  void spoil(const char* sql) { as_sqlite().database().run(sql); }
  sqlite_backend& as_sqlite() { return static_cast<sqlite_backend&>(*backend_); }

  std::int64_t epoch = 0;
  captured_log lines;
};

constexpr page newest{std::nullopt, std::nullopt, 100};

} // namespace

CAF_TEST_FIXTURE_SCOPE(damage_in_sqlite, damage_fixture)

CAF_TEST(a text that is not ours makes its page unavailable and nothing else) {
  spoil("UPDATE messages SET text = CAST(x'ff00ff' AS TEXT)");
  CAF_CHECK_EQUAL(error_of(read_room{"room", newest}), "unavailable");
  CAF_CHECK_EQUAL(lines.count("foreign or damaged content: column text"), 1u);
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c2").seq, 2);
  CAF_CHECK_EQUAL(numbers(get(read_room{"room", {{}, 1, 10}}).messages), "2");
}

CAF_TEST(values out of their bounds are unavailable) {
  spoil("UPDATE messages SET text = hex(zeroblob(20000))");
  CAF_CHECK_EQUAL(error_of(read_room{"room", newest}), "unavailable");
  spoil("UPDATE messages SET text = 'x', ts = -5");
  CAF_CHECK_EQUAL(error_of(read_room{"room", newest}), "unavailable");
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c1")), "unavailable");
  spoil("UPDATE messages SET ts = 5, from_id = 'not an id'");
  CAF_CHECK_EQUAL(error_of(read_room{"room", newest}), "unavailable");
  spoil("UPDATE private_messages SET to_name = hex(zeroblob(200))");
  CAF_CHECK_EQUAL(error_of(read_private{"ann", "bob", newest}), "unavailable");
  spoil("UPDATE users SET name = CAST(x'ff' AS TEXT) WHERE id = 'ann'");
  CAF_CHECK_EQUAL(error_of(load_user{"ann"}), "unavailable");
  CAF_CHECK_EQUAL(error_of(find_session{"token-ann", 1000, 1000000}), "unavailable");
  CAF_CHECK_EQUAL(error_of(activate_room{"room"}), "unavailable");
  CAF_CHECK_EQUAL(error_of(load_user{"bob"}), "none");
  spoil("UPDATE rooms SET title = hex(zeroblob(1000))");
  CAF_CHECK_EQUAL(error_of(list_rooms{10}), "unavailable");
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c9")), "unavailable");
}

CAF_TEST(damage in one request does not hinder the others of its group) {
  spoil("UPDATE users SET name = CAST(x'ff' AS TEXT) WHERE id = 'ann'");
  auto results = ask_group(
      {message_of("room", epoch, "bob", "c2"), load_user{"ann"},
       find_session{"token-ann", 1000, 1000000}, load_user{"bob"},
       message_of("room", epoch, "bob", "c4")});
  CAF_CHECK_EQUAL(as<appended>(results[0]).seq, 2);
  CAF_CHECK_EQUAL(error_in(results[1]), "unavailable");
  CAF_CHECK_EQUAL(error_in(results[2]), "unavailable");
  CAF_CHECK_EQUAL(error_in(results[3]), "none");
  CAF_CHECK_EQUAL(as<appended>(results[4]).seq, 3);
}

CAF_TEST(a number that is behind its log leaves no part of a message) {
  say("room", epoch, "ann", "c2");
  spoil("UPDATE rooms SET seq = 0");
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c3")), "unavailable");
  spoil("UPDATE rooms SET seq = 2");
  auto result = say("room", epoch, "ann", "c3");
  CAF_CHECK_EQUAL(result.seq, 3);
  CAF_CHECK(!result.duplicate);
}

CAF_TEST(the same damage is not logged again and again) {
  spoil("UPDATE users SET name = CAST(x'ff' AS TEXT)");
  for (int i = 0; i < 100; ++i)
    error_of(load_user{"ann"});
  CAF_CHECK_EQUAL(lines.count("foreign or damaged"), 1u);
}

CAF_TEST(a file with random damage is an error and never a crash) {
  for (int i = 0; i < 200; ++i)
    say("room", epoch, "ann", "d" + std::to_string(i), std::string(1000, 'y'));
  store_.reset();
  auto path = as_sqlite().path();
  auto whole = std::filesystem::path(path + ".whole");
  std::filesystem::copy_file(path, whole);
  std::mt19937 random(4711);
  int opened = 0, refused = 0;
  for (int round = 0; round < 40; ++round) {
    std::filesystem::copy_file(whole, path, std::filesystem::copy_options::overwrite_existing);
    auto size = static_cast<long>(std::filesystem::file_size(path));
    {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      for (int i = 0; i < 300; ++i) {
        file.seekp(static_cast<long>(random()) % size);
        file.put(static_cast<char>(random()));
      }
    }
    try {
      auto store = make_sqlite_store({path});
      std::vector<store_request> group{
          load_user{"ann"},
          read_room{"room", newest},
          message_of("room", epoch, "ann", "e1"),
          read_private{"ann", "bob", newest},
          list_conversations{"ann", 10},
          activate_room{"room"},
          expire_sessions{2000000, 10},
          check_store{}};
      CAF_CHECK_EQUAL(store->execute(group).size(), group.size());
      ++opened;
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  CAF_CHECK_EQUAL(opened + refused, 40);
}

CAF_TEST_FIXTURE_SCOPE_END()
