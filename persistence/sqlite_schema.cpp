#include "persistence/sqlite_schema.hpp"

#include <stdexcept>
#include <string>

#include "persistence/sqlite_statement.hpp"

namespace klatsch::persistence {

namespace {

/// "klat": marks our files, so that another program's is never taken for one.
constexpr std::int64_t application_id = 0x6b6c6174;

constexpr const char* version_1 = R"(
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- The number keeps the rows of the log short, and is the rooms' age.
CREATE TABLE rooms (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
  room INTEGER NOT NULL REFERENCES rooms (number),
  user_id TEXT NOT NULL REFERENCES users (id),
  PRIMARY KEY (room, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user_id);

-- The sender as it was when the message was said.
CREATE TABLE messages (
  room INTEGER NOT NULL REFERENCES rooms (number),
  seq INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  from_id TEXT NOT NULL,
  from_name TEXT NOT NULL,
  text TEXT NOT NULL,
  cid TEXT NOT NULL,
  PRIMARY KEY (room, seq),
  UNIQUE (room, from_id, cid)
) STRICT, WITHOUT ROWID;

-- One for both directions: first_id is the smaller one.
CREATE TABLE conversations (
  number INTEGER PRIMARY KEY,
  first_id TEXT NOT NULL,
  second_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  UNIQUE (first_id, second_id)
) STRICT;

CREATE TABLE private_messages (
  conversation INTEGER NOT NULL REFERENCES conversations (number),
  seq INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  from_id TEXT NOT NULL,
  from_name TEXT NOT NULL,
  to_id TEXT NOT NULL,
  to_name TEXT NOT NULL,
  text TEXT NOT NULL,
  cid TEXT NOT NULL,
  PRIMARY KEY (conversation, seq),
  UNIQUE (conversation, from_id, cid)
) STRICT, WITHOUT ROWID;

-- A conversation as one of its two users has it. received: the newest message from the other one;
-- what is above delivered waits. place: orders a user's conversations by their newest message.
CREATE TABLE conversation_states (
  user_id TEXT NOT NULL,
  with_id TEXT NOT NULL,
  conversation INTEGER NOT NULL REFERENCES conversations (number),
  delivered INTEGER NOT NULL,
  received INTEGER NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (user_id, with_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_states_by_place ON conversation_states (user_id, place);
CREATE INDEX conversation_states_waiting ON conversation_states (user_id, with_id)
  WHERE delivered < received;

-- Written to find out whether the store can write.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;
INSERT INTO probe VALUES (1, 0);
)";

/// How many tokens a user has is never asked.
constexpr const char* version_2 = "DROP INDEX sessions_by_user";

constexpr const char* steps[] = {version_1, version_2};

std::int64_t pragma(const sqlite_database& database, const char* sql) {
  sqlite_statement statement(database, sql);
  auto rows = statement.query();
  return rows.next() ? rows.number(0) : 0;
}

} // namespace

std::span<const char* const> sqlite_schema_steps() {
  return steps;
}

void upgrade_schema(sqlite_database& database, std::span<const char* const> steps) {
  auto refuse = [&](const std::string& reason) {
    throw std::runtime_error("store " + database.path() + ": " + reason);
  };
  database.begin(true);
  auto newest = static_cast<std::int64_t>(steps.size());
  auto version = pragma(database, "PRAGMA user_version");
  auto application = pragma(database, "PRAGMA application_id");
  auto empty = pragma(database, "SELECT count(*) FROM sqlite_schema") == 0;
  if (empty ? application != 0 || version != 0 : application != application_id)
    refuse("is another program's database");
  if (version > newest)
    refuse(
        "was written by a newer klatsch: its schema has version " + std::to_string(version) +
        ", this klatsch knows " + std::to_string(newest));
  if (version < newest) {
    for (auto step : steps.subspan(static_cast<std::size_t>(version)))
      database.run(step);
    database.run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
    database.run(("PRAGMA user_version = " + std::to_string(newest)).c_str());
  }
  database.commit();
}

} // namespace klatsch::persistence
