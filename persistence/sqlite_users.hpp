#pragma once

#include "persistence/requests.hpp"
#include "persistence/sqlite_statement.hpp"

namespace klatsch::persistence {

/// Users and their sessions in SQLite. Throws sqlite_failure and foreign_content.
class sqlite_users {
 public:
  explicit sqlite_users(const sqlite_database& database);

  store_result execute(const find_session& request);
  store_result execute(const create_user& request);
  store_result execute(const delete_session& request);
  store_result execute(const expire_sessions& request);
  store_result execute(const load_user& request);
  store_result execute(const rename_user& request);

 private:
  sqlite_statement find_session_;
  sqlite_statement extend_session_;
  sqlite_statement session_owner_;
  sqlite_statement find_name_;
  sqlite_statement insert_user_;
  sqlite_statement insert_session_;
  sqlite_statement delete_session_;
  sqlite_statement find_expired_;
  sqlite_statement find_rooms_;
  sqlite_statement find_waiting_;
  sqlite_statement rename_;
};

} // namespace klatsch::persistence
