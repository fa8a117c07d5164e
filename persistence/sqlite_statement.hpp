#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "persistence/foreign_content.hpp"
#include "persistence/sqlite_database.hpp"

namespace klatsch::persistence {

/// The rows of one execution of a statement, which is reset when this goes.
class sqlite_rows {
 public:
  explicit sqlite_rows(sqlite3_stmt* statement) : statement_(statement) {}
  ~sqlite_rows() { sqlite3_reset(statement_); }
  sqlite_rows(const sqlite_rows&) = delete;
  sqlite_rows& operator=(const sqlite_rows&) = delete;

  /// The next row, if there is one. Throws sqlite_failure.
  bool next();

  // The columns of the row, checked: throws foreign_content when the value isn't what klatsch
  // writes there.
  std::int64_t number(int column) const;
  std::string id(int column) const;
  std::string name(int column) const;
  std::string title(int column) const;
  std::string text(int column) const;

 private:
  std::string checked(int column, bool (*rule)(std::string_view)) const;
  [[noreturn]] void refuse(int column) const;

  sqlite3_stmt* statement_;
};

/// A statement that is compiled once, for the life of its store.
class sqlite_statement {
 public:
  sqlite_statement(const sqlite_database& database, const char* sql);
  ~sqlite_statement() { sqlite3_finalize(statement_); }
  sqlite_statement(const sqlite_statement&) = delete;
  sqlite_statement& operator=(const sqlite_statement&) = delete;

  /// Binds the values (integers and texts, which must outlive the rows) and begins. One execution
  /// at a time.
  template <class... Values>
  sqlite_rows query(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return sqlite_rows(statement_);
  }

  /// Executes to the end; the number of rows that were changed.
  template <class... Values>
  int change(const Values&... values) {
    auto rows = query(values...);
    while (rows.next()) {
    }
    return sqlite3_changes(sqlite3_db_handle(statement_));
  }

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);

  sqlite3_stmt* statement_ = nullptr;
};

} // namespace klatsch::persistence
