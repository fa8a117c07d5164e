#include "test/contract/sqlite_backend.hpp"

#include <csignal>

#include "persistence/sqlite_schema.hpp"
#include "persistence/store_sqlite.hpp"

namespace klatsch::contract {

using namespace persistence;

std::unique_ptr<store> sqlite_backend::open() {
  auto database = std::make_unique<sqlite_database>(path());
  upgrade_schema(*database, sqlite_schema_steps());
  database_ = database.get();
  return std::make_unique<sqlite_store>(std::move(database));
}

void sqlite_backend::kill(pid_t writer) {
  ::kill(writer, SIGKILL);
}

void sqlite_backend::take_away() {
  // SQLite takes the size that the file has as the smallest maximum.
  database_->run("PRAGMA max_page_count = 1");
}

void sqlite_backend::give_back() {
  database_->run("PRAGMA max_page_count = 1000000");
}

std::unique_ptr<backend> make_backend() {
  return std::make_unique<sqlite_backend>();
}

} // namespace klatsch::contract
