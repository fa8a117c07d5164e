#include "persistence/sqlite_rooms.hpp"

#include "persistence/page_bounds.hpp"

namespace klatsch::persistence {

sqlite_rooms::sqlite_rooms(const sqlite_database& database)
    : find_room_(database, "SELECT number, epoch, seq, title FROM rooms WHERE id = ?1"),
      insert_room_(
          database,
          "INSERT INTO rooms (id, title, created_at, epoch, seq) VALUES (?1, ?2, ?3, 0, 0) "
          "ON CONFLICT (id) DO NOTHING"),
      list_rooms_(database, "SELECT id, title FROM rooms ORDER BY number LIMIT ?1"),
      take_epoch_(database, "UPDATE rooms SET epoch = ?2 WHERE number = ?1"),
      find_members_(
          database,
          "SELECT users.id, users.name FROM members JOIN users ON users.id = members.user_id "
          "WHERE members.room = ?1 ORDER BY users.id"),
      find_user_(database, "SELECT 1 FROM users WHERE id = ?1"),
      insert_member_(
          database,
          "INSERT INTO members (room, user_id) VALUES (?1, ?2) "
          "ON CONFLICT (room, user_id) DO NOTHING"),
      delete_member_(database, "DELETE FROM members WHERE room = ?1 AND user_id = ?2"),
      find_cid_(
          database, "SELECT seq, ts FROM messages WHERE room = ?1 AND from_id = ?2 AND cid = ?3"),
      insert_message_(
          database,
          "INSERT INTO messages (room, seq, ts, from_id, from_name, text, cid) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      take_seq_(database, "UPDATE rooms SET seq = ?2 WHERE number = ?1"),
      read_forwards_(
          database,
          "SELECT seq, ts, from_id, from_name, text, cid FROM messages "
          "WHERE room = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq LIMIT ?4"),
      read_backwards_(
          database,
          "SELECT seq, ts, from_id, from_name, text, cid FROM messages "
          "WHERE room = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq DESC LIMIT ?4") {}

store_result sqlite_rooms::execute(const create_room& request) {
  if (insert_room_.change(request.room, request.title, request.now_ms) == 0)
    return store_error::exists;
  return done{};
}

store_result sqlite_rooms::execute(const list_rooms& request) {
  std::vector<stored_room> rooms;
  for (auto rows = list_rooms_.query(bounded(request.limit, largest_list)); rows.next();)
    rooms.push_back({rows.id(0), rows.title(1)});
  return rooms;
}

store_result sqlite_rooms::execute(const activate_room& request) {
  auto room = find(request.room);
  if (!room)
    return store_error::not_found;
  activated_room activated{room->title, room->epoch + 1, room->seq, {}, room->epoch};
  for (auto rows = find_members_.query(room->number); rows.next();)
    activated.members.push_back({rows.id(0), rows.name(1)});
  take_epoch_.change(room->number, activated.epoch);
  return activated;
}

std::optional<store_error>
sqlite_rooms::refusal_of(const std::optional<room_row>& room, std::int64_t epoch) {
  if (!room)
    return store_error::not_found;
  if (room->epoch != epoch)
    return store_error::fenced;
  return std::nullopt;
}

store_result sqlite_rooms::execute(const add_member& request) {
  auto room = find(request.room);
  if (auto refusal = refusal_of(room, request.epoch))
    return *refusal;
  if (!find_user_.query(request.user_id).next())
    return store_error::not_found;
  insert_member_.change(room->number, request.user_id);
  return done{};
}

store_result sqlite_rooms::execute(const remove_member& request) {
  auto room = find(request.room);
  if (auto refusal = refusal_of(room, request.epoch))
    return *refusal;
  delete_member_.change(room->number, request.user_id);
  return done{};
}

store_result sqlite_rooms::execute(const check_epoch& request) {
  auto room = find(request.room);
  if (auto refusal = refusal_of(room, request.epoch))
    return *refusal;
  return done{};
}

store_result sqlite_rooms::execute(const append_message& request) {
  auto room = find(request.room);
  if (auto refusal = refusal_of(room, request.epoch))
    return *refusal;
  if (auto rows = find_cid_.query(room->number, request.from.id, request.cid); rows.next())
    return appended{rows.number(0), rows.number(1), true};
  appended result{room->seq + 1, request.ts, false};
  insert_message_.change(
      room->number, result.seq, result.ts, request.from.id, request.from.name, request.text,
      request.cid);
  take_seq_.change(room->number, result.seq);
  return result;
}

store_result sqlite_rooms::execute(const read_room& request) {
  auto room = find(request.room);
  if (!room)
    return store_error::not_found;
  page_bounds bounds(request.part);
  auto& read = bounds.oldest_first ? read_forwards_ : read_backwards_;
  std::vector<protocol::message> messages;
  auto rows = read.query(room->number, bounds.first, bounds.last, bounds.limit + 1);
  while (rows.next())
    messages.push_back(
        {request.room, rows.number(0), rows.number(1), user{rows.id(2), rows.name(3)}, rows.text(4),
         rows.id(5)});
  return make_page(std::move(messages), bounds);
}

std::optional<sqlite_rooms::room_row> sqlite_rooms::find(const std::string& room) {
  auto rows = find_room_.query(room);
  if (!rows.next())
    return std::nullopt;
  return room_row{rows.number(0), rows.number(1), rows.number(2), rows.title(3)};
}

} // namespace klatsch::persistence
