#pragma once

#include "persistence/requests.hpp"
#include "persistence/sqlite_statement.hpp"

namespace klatsch::persistence {

/// Conversations of two users in SQLite. Throws sqlite_failure and foreign_content.
class sqlite_conversations {
 public:
  explicit sqlite_conversations(const sqlite_database& database);

  store_result execute(const append_private& request);
  store_result execute(const read_private& request);
  store_result execute(const list_conversations& request);
  store_result execute(const mark_delivered& request);

 private:
  struct conversation_row {
    std::int64_t number;
    std::int64_t seq;
  };

  conversation_row find_or_make(const std::string& one, const std::string& other);

  sqlite_statement find_name_;
  sqlite_statement find_conversation_;
  sqlite_statement insert_conversation_;
  sqlite_statement find_cid_;
  sqlite_statement insert_message_;
  sqlite_statement take_seq_;
  sqlite_statement sent_;
  sqlite_statement received_;
  sqlite_statement read_forwards_;
  sqlite_statement read_backwards_;
  sqlite_statement list_;
  sqlite_statement mark_delivered_;
};

} // namespace klatsch::persistence
