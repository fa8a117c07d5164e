#pragma once

#include "persistence/sqlite_database.hpp"
#include "test/contract/backend.hpp"
#include "test/temporary_folder.hpp"

namespace klatsch::contract {

/// SQLite in a file of a temporary folder.
class sqlite_backend : public backend {
 public:
  std::unique_ptr<persistence::store> open() override;
  /// The store is in the process that uses it.
  void kill(pid_t writer) override;
  /// The disk is full: the file can't grow.
  void take_away() override;
  void give_back() override;

  std::string path() const { return folder_.file("klatsch.db"); }
  /// The connection of the open store.
  persistence::sqlite_database& database() { return *database_; }

 private:
  temporary_folder folder_;
  persistence::sqlite_database* database_ = nullptr;
};

} // namespace klatsch::contract
