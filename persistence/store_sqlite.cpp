#include "persistence/store_sqlite.hpp"

#include <algorithm>

#include "persistence/request_kind.hpp"
#include "persistence/sqlite_schema.hpp"
#include "persistence/well_formed.hpp"

namespace klatsch::persistence {

namespace {

/// Writes more than one row, and so could leave a part of them.
bool needs_savepoint(const store_request& request) {
  return is_any_of<create_user, expire_sessions, append_message, append_private>(request);
}

/// Failures of the store as a whole; others concern the request alone.
bool concerns_group(int code) {
  switch (code) {
  case SQLITE_FULL:
  case SQLITE_IOERR:
  case SQLITE_NOMEM:
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_PROTOCOL:
  case SQLITE_NOTADB:
    return true;
  default:
    return false;
  }
}

} // namespace

sqlite_store::sqlite_store(std::unique_ptr<sqlite_database> database)
    : database_(std::move(database)), users_(*database_), rooms_(*database_),
      conversations_(*database_), set_savepoint_(*database_, "SAVEPOINT request"),
      back_to_savepoint_(*database_, "ROLLBACK TO request"),
      release_savepoint_(*database_, "RELEASE request"),
      probe_(*database_, "UPDATE probe SET count = (count + 1) & 65535"),
      faults_(database_->path()) {}

std::vector<store_result> sqlite_store::execute(std::span<const store_request> group) {
  if (group.empty())
    return {};
  try {
    bool write = std::any_of(group.begin(), group.end(), writes);
    auto results = execute_transaction(group, write);
    // A store that can only be read, its disk being full, is not up.
    if (write)
      faults_.up();
    return results;
  } catch (const std::exception& e) {
    database_->roll_back();
    faults_.down(e.what());
  }
  return std::vector<store_result>(group.size(), store_error::unavailable);
}

std::vector<store_result>
sqlite_store::execute_transaction(std::span<const store_request> group, bool write) {
  std::vector<store_result> results;
  results.reserve(group.size());
  database_->begin(write);
  for (const auto& request : group)
    results.push_back(execute_one(request));
  database_->commit();
  return results;
}

store_result sqlite_store::execute_one(const store_request& request) {
  if (!well_formed(request))
    return store_error::not_found;
  bool savepoint = needs_savepoint(request);
  if (savepoint)
    set_savepoint_.change();
  store_result result = store_error::unavailable;
  bool damaged = false;
  auto on_damage = [&](const char* what) {
    faults_.damaged(what);
    damaged = true;
  };
  try {
    result = std::visit(
        [this](const auto& x) -> store_result {
          if constexpr (requires { users_.execute(x); })
            return users_.execute(x);
          else if constexpr (requires { rooms_.execute(x); })
            return rooms_.execute(x);
          else if constexpr (requires { conversations_.execute(x); })
            return conversations_.execute(x);
          else
            return execute(x);
        },
        request);
  } catch (const foreign_content& e) {
    on_damage(e.what());
  } catch (const sqlite_failure& e) {
    if (concerns_group(e.code()) || !database_->in_transaction())
      throw;
    on_damage(e.what());
  }
  if (savepoint) {
    if (damaged)
      back_to_savepoint_.change();
    release_savepoint_.change();
  }
  return result;
}

store_result sqlite_store::execute(const check_store&) {
  if (!database_->file_in_place())
    throw foreign_content("the file has been removed or replaced");
  probe_.change();
  return done{};
}

std::unique_ptr<store> make_sqlite_store(const sqlite_options& options) {
  auto database = std::make_unique<sqlite_database>(options.path);
  try {
    upgrade_schema(*database, sqlite_schema_steps());
    return std::make_unique<sqlite_store>(std::move(database));
  } catch (const sqlite_failure& e) {
    throw std::runtime_error("store " + options.path + ": " + e.what());
  }
}

} // namespace klatsch::persistence
