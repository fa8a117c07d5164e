#define CAF_SUITE sqlite_file
#include "test/contract/contract.hpp"

#include <array>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "persistence/sqlite_schema.hpp"
#include "persistence/sqlite_statement.hpp"
#include "test/contract/captured_log.hpp"
#include "test/contract/sqlite_backend.hpp"

using klatsch::temporary_folder;
using namespace klatsch::contract;

namespace {

/// Why a file can't be opened; empty when it can.
std::string refusal_of(const std::string& path) {
  try {
    make_sqlite_store({path});
    return "";
  } catch (const std::runtime_error& e) {
    return e.what();
  }
}

bool contains(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

std::int64_t number_from(sqlite_database& database, const char* sql) {
  sqlite_statement statement(database, sql);
  auto rows = statement.query();
  return rows.next() ? rows.number(0) : -1;
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

} // namespace

CAF_TEST(folders and file are made and the file is its owners) {
  temporary_folder folder;
  auto path = folder.file("some/where/klatsch.db");
  CAF_CHECK_EQUAL(refusal_of(path), "");
  struct stat status {};
  CAF_REQUIRE_EQUAL(::stat(path.c_str(), &status), 0);
  CAF_CHECK_EQUAL(status.st_mode & 0777u, 0600u);
}

CAF_TEST(the journal is its owners too) {
  sqlite_backend backend;
  auto store = backend.open();
  struct stat status {};
  CAF_REQUIRE_EQUAL(::stat((backend.path() + "-wal").c_str(), &status), 0);
  CAF_CHECK_EQUAL(status.st_mode & 0777u, 0600u);
}

CAF_TEST(every commit is flushed) {
  sqlite_backend backend;
  auto store = backend.open();
  CAF_CHECK_EQUAL(number_from(backend.database(), "PRAGMA synchronous"), 2);
  CAF_CHECK_EQUAL(number_from(backend.database(), "PRAGMA foreign_keys"), 1);
}

CAF_TEST(a second store on the same file is refused whatever its path) {
  temporary_folder folder;
  auto path = folder.file("klatsch.db");
  auto first = make_sqlite_store({path});
  CAF_CHECK(contains(refusal_of(path), "only one may use the store"));
  std::filesystem::create_symlink(path, folder.file("other.db"));
  CAF_CHECK(contains(refusal_of(folder.file("other.db")), "only one may use the store"));
  CAF_CHECK(contains(refusal_of(folder.file("./klatsch.db")), "only one may use the store"));
  first.reset();
  CAF_CHECK_EQUAL(refusal_of(path), "");
}

CAF_TEST(a second process on the same file is refused) {
  temporary_folder folder;
  auto path = folder.file("klatsch.db");
  auto first = make_sqlite_store({path});
  auto child = ::fork();
  if (child == 0)
    ::_exit(contains(refusal_of(path), "only one may use the store") ? 0 : 1);
  int status = -1;
  CAF_REQUIRE_EQUAL(::waitpid(child, &status, 0), child);
  CAF_CHECK_EQUAL(status, 0);
}

CAF_TEST(a file of a newer klatsch is refused and left as it is) {
  temporary_folder folder;
  auto path = folder.file("klatsch.db");
  CAF_REQUIRE_EQUAL(refusal_of(path), "");
  {
    sqlite_database database(path);
    database.run("PRAGMA user_version = 999");
  }
  CAF_CHECK(contains(refusal_of(path), "newer klatsch"));
  CAF_CHECK(contains(refusal_of(path), path));
  CAF_CHECK(contains(refusal_of(path), "999"));
}

CAF_TEST(a database of another program is refused and left as it is) {
  temporary_folder folder;
  auto path = folder.file("other.db");
  {
    sqlite_database database(path);
    database.run("CREATE TABLE customers (id INTEGER)");
  }
  CAF_CHECK(contains(refusal_of(path), "another program's"));
  sqlite_database database(path);
  CAF_CHECK_EQUAL(number_from(database, "SELECT count(*) FROM sqlite_schema"), 1);
}

CAF_TEST(what is no database is refused with its path) {
  temporary_folder folder;
  auto path = folder.file("klatsch.db");
  write_file(path, std::string(5000, 'x'));
  CAF_CHECK(contains(refusal_of(path), path));
  CAF_CHECK(contains(refusal_of(path), "not a database"));
  std::filesystem::create_directory(folder.file("folder"));
  CAF_CHECK(contains(refusal_of(folder.file("folder")), folder.file("folder")));
  write_file(folder.file("file"), "");
  CAF_CHECK(contains(refusal_of(folder.file("file/klatsch.db")), "folder"));
  CAF_CHECK(!refusal_of("").empty());
}

CAF_TEST(an older file is brought up to date and keeps what it has) {
  temporary_folder folder;
  auto path = folder.file("klatsch.db");
  constexpr std::array<const char*, 2> steps{
      "CREATE TABLE things (id INTEGER); INSERT INTO things VALUES (7);",
      "ALTER TABLE things ADD COLUMN name TEXT; INSERT INTO things VALUES (8, 'eight');"};
  {
    sqlite_database database(path);
    upgrade_schema(database, std::span(steps).first(1));
  }
  sqlite_database database(path);
  upgrade_schema(database, steps);
  CAF_CHECK_EQUAL(number_from(database, "PRAGMA user_version"), 2);
  CAF_CHECK_EQUAL(number_from(database, "SELECT sum(id) FROM things"), 15);
  upgrade_schema(database, steps);
  CAF_CHECK_EQUAL(number_from(database, "SELECT count(*) FROM things"), 2);
}

CAF_TEST(a file of the first schema is brought up to date) {
  temporary_folder folder;
  sqlite_database database(folder.file("klatsch.db"));
  upgrade_schema(database, sqlite_schema_steps().first(1));
  upgrade_schema(database, sqlite_schema_steps());
  CAF_CHECK_EQUAL(
      number_from(database, "PRAGMA user_version"),
      static_cast<std::int64_t>(sqlite_schema_steps().size()));
  CAF_CHECK_EQUAL(
      number_from(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'sessions_by_user'"),
      0);
}

CAF_TEST(an upgrade that fails changes nothing) {
  temporary_folder folder;
  auto path = folder.file("klatsch.db");
  constexpr std::array<const char*, 2> steps{
      "CREATE TABLE things (id INTEGER);", "INSERT INTO things VALUES (7); SELECT nonsense;"};
  {
    sqlite_database database(path);
    upgrade_schema(database, std::span(steps).first(1));
    try {
      upgrade_schema(database, steps);
      CAF_FAIL("a wrong statement is no error");
    } catch (const sqlite_failure&) {
      CAF_CHECK(true);
    }
  }
  sqlite_database database(path);
  CAF_CHECK_EQUAL(number_from(database, "PRAGMA user_version"), 1);
  CAF_CHECK_EQUAL(number_from(database, "SELECT count(*) FROM things"), 0);
}

CAF_TEST(a store whose file is removed under it says so when it is checked) {
  captured_log lines;
  sqlite_backend backend;
  auto store = backend.open();
  store_request check = check_store{};
  CAF_CHECK(std::holds_alternative<done>(store->execute({&check, 1}).front()));
  std::filesystem::rename(backend.path(), backend.path() + ".old");
  CAF_CHECK_EQUAL(fixture::error_in(store->execute({&check, 1}).front()), "unavailable");
  CAF_CHECK_EQUAL(lines.count("removed or replaced"), 1u);
  std::filesystem::rename(backend.path() + ".old", backend.path());
  CAF_CHECK(std::holds_alternative<done>(store->execute({&check, 1}).front()));
}

CAF_TEST(reading does not write) {
  sqlite_backend backend;
  auto store = backend.open();
  store_request create = create_user{{"ann", "Ann"}, "token", 1000, 2000};
  store->execute({&create, 1});
  auto size = std::filesystem::file_size(backend.path() + "-wal");
  std::vector<store_request> group{
      load_user{"ann"}, find_session{"token", 1000, 2000}, list_rooms{10},
      list_conversations{"ann", 10}};
  store->execute(group);
  CAF_CHECK_EQUAL(std::filesystem::file_size(backend.path() + "-wal"), size);
}

CAF_TEST(a store in memory works) {
  auto store = make_sqlite_store({":memory:"});
  std::vector<store_request> group{
      create_user{{"ann", "Ann"}, "token", 1000, 2000}, load_user{"ann"}, check_store{}};
  for (const auto& result : store->execute(group))
    CAF_CHECK_EQUAL(fixture::error_in(result), "none");
}

CAF_TEST(a store of one process knows no views of a cluster) {
  auto store = make_sqlite_store({":memory:"});
  std::vector<store_request> group{
      create_room{"room", "Title", 1000}, activate_room{"room"}, activate_room{"room", 12345}};
  auto results = store->execute(group);
  auto first = std::get<activated_room>(results[1]), second = std::get<activated_room>(results[2]);
  CAF_CHECK_EQUAL(second.previous_epoch, first.epoch);
}
