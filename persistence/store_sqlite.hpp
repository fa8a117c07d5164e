#pragma once

#include "persistence/fault_log.hpp"
#include "persistence/sqlite_conversations.hpp"
#include "persistence/sqlite_database.hpp"
#include "persistence/sqlite_rooms.hpp"
#include "persistence/sqlite_users.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

/// The embedded store: one SQLite file. A group is one transaction, so that one fsync serves it.
class sqlite_store : public store {
 public:
  /// The file must have the newest schema. Throws sqlite_failure.
  explicit sqlite_store(std::unique_ptr<sqlite_database> database);

  std::vector<store_result> execute(std::span<const store_request> group) override;

 private:
  std::vector<store_result> execute_transaction(std::span<const store_request> group, bool write);
  store_result execute_one(const store_request& request);
  store_result execute(const check_store& request);

  std::unique_ptr<sqlite_database> database_;
  sqlite_users users_;
  sqlite_rooms rooms_;
  sqlite_conversations conversations_;
  sqlite_statement set_savepoint_;
  sqlite_statement back_to_savepoint_;
  sqlite_statement release_savepoint_;
  sqlite_statement probe_;
  fault_log faults_;
};

} // namespace klatsch::persistence
