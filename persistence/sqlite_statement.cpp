#include "persistence/sqlite_statement.hpp"

#include "persistence/well_formed.hpp"
#include "protocol/limits.hpp"

namespace klatsch::persistence {

bool sqlite_rows::next() {
  switch (sqlite3_step(statement_)) {
  case SQLITE_ROW:
    return true;
  case SQLITE_DONE:
    return false;
  default:
    throw sqlite_failure(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
  }
}

std::int64_t sqlite_rows::number(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER)
    refuse(column);
  auto value = sqlite3_column_int64(statement_, column);
  // Everything that klatsch counts and dates starts at 0 and fits every client's integers.
  if (value < 0 || value > protocol::limits::largest_integer)
    refuse(column);
  return value;
}

std::string sqlite_rows::id(int column) const {
  return checked(column, well_formed_id);
}

std::string sqlite_rows::name(int column) const {
  return checked(column, well_formed_name);
}

std::string sqlite_rows::title(int column) const {
  return checked(column, well_formed_title);
}

std::string sqlite_rows::text(int column) const {
  return checked(column, well_formed_text);
}

std::string sqlite_rows::checked(int column, bool (*rule)(std::string_view)) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_TEXT)
    refuse(column);
  auto bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (!bytes || !rule({bytes, size}))
    refuse(column);
  return {bytes, size};
}

void sqlite_rows::refuse(int column) const {
  auto name = sqlite3_column_name(statement_, column);
  throw foreign_content(
      std::string("column ") + (name ? name : "?") + " of: " + sqlite3_sql(statement_));
}

sqlite_statement::sqlite_statement(const sqlite_database& database, const char* sql) {
  if (sqlite3_prepare_v3(
          database.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK)
    throw sqlite_failure(database.handle(), sql);
}

void sqlite_statement::bind(int index, std::int64_t value) {
  if (sqlite3_bind_int64(statement_, index, value) != SQLITE_OK)
    throw sqlite_failure(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
}

void sqlite_statement::bind(int index, std::string_view value) {
  // A null pointer would bind NULL instead of the empty text.
  auto bytes = value.data() ? value.data() : "";
  if (sqlite3_bind_text(statement_, index, bytes, static_cast<int>(value.size()), SQLITE_STATIC) !=
      SQLITE_OK)
    throw sqlite_failure(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
}

} // namespace klatsch::persistence
