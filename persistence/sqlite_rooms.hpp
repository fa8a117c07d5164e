#pragma once

#include <optional>

#include "persistence/requests.hpp"
#include "persistence/sqlite_statement.hpp"

namespace klatsch::persistence {

/// Rooms, their members and their logs in SQLite. Throws sqlite_failure and foreign_content.
class sqlite_rooms {
 public:
  explicit sqlite_rooms(const sqlite_database& database);

  store_result execute(const create_room& request);
  store_result execute(const list_rooms& request);
  store_result execute(const activate_room& request);
  store_result execute(const add_member& request);
  store_result execute(const remove_member& request);
  store_result execute(const check_epoch& request);
  store_result execute(const append_message& request);
  store_result execute(const read_room& request);

 private:
  struct room_row {
    std::int64_t number;
    std::int64_t epoch;
    std::int64_t seq;
    std::string title;
  };

  std::optional<room_row> find(const std::string& room);
  /// Why whoever activated the room with this epoch may not write; nothing when it may.
  static std::optional<store_error>
  refusal_of(const std::optional<room_row>& room, std::int64_t epoch);

  sqlite_statement find_room_;
  sqlite_statement insert_room_;
  sqlite_statement list_rooms_;
  sqlite_statement take_epoch_;
  sqlite_statement find_members_;
  sqlite_statement find_user_;
  sqlite_statement insert_member_;
  sqlite_statement delete_member_;
  sqlite_statement find_cid_;
  sqlite_statement insert_message_;
  sqlite_statement take_seq_;
  sqlite_statement read_forwards_;
  sqlite_statement read_backwards_;
};

} // namespace klatsch::persistence
