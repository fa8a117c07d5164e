#include "persistence/sqlite_users.hpp"

#include <algorithm>

#include "persistence/page_bounds.hpp"

namespace klatsch::persistence {

sqlite_users::sqlite_users(const sqlite_database& database)
    : find_session_(
          database,
          "SELECT sessions.expires_at, users.id, users.name FROM sessions "
          "JOIN users ON users.id = sessions.user_id WHERE sessions.token_hash = ?1"),
      extend_session_(database, "UPDATE sessions SET expires_at = ?2 WHERE token_hash = ?1"),
      session_owner_(database, "SELECT user_id FROM sessions WHERE token_hash = ?1"),
      find_name_(database, "SELECT name FROM users WHERE id = ?1"),
      insert_user_(database, "INSERT INTO users (id, name) VALUES (?1, ?2)"),
      insert_session_(
          database, "INSERT INTO sessions (token_hash, user_id, expires_at) VALUES (?1, ?2, ?3)"),
      delete_session_(database, "DELETE FROM sessions WHERE token_hash = ?1"),
      find_expired_(
          database,
          "SELECT token_hash, user_id FROM sessions WHERE expires_at <= ?1 "
          "ORDER BY expires_at, token_hash LIMIT ?2"),
      find_rooms_(
          database,
          "SELECT rooms.id FROM members JOIN rooms ON rooms.number = members.room "
          "WHERE members.user_id = ?1 ORDER BY rooms.id"),
      find_waiting_(
          database,
          "SELECT with_id FROM conversation_states WHERE user_id = ?1 AND delivered < received "
          "ORDER BY with_id"),
      rename_(database, "UPDATE users SET name = ?2 WHERE id = ?1") {}

store_result sqlite_users::execute(const find_session& request) {
  user found;
  std::int64_t expires_at = 0;
  {
    auto rows = find_session_.query(request.token_hash);
    if (!rows.next())
      return store_error::not_found;
    expires_at = rows.number(0);
    found = {rows.id(1), rows.name(2)};
  }
  if (expires_at <= request.now_ms)
    return store_error::not_found;
  auto left = expires_at - request.now_ms;
  auto full = request.expires_at_ms - request.now_ms;
  if (left <= full / 2)
    extend_session_.change(request.token_hash, request.expires_at_ms);
  return found;
}

store_result sqlite_users::execute(const create_user& request) {
  if (find_name_.query(request.who.id).next() || session_owner_.query(request.token_hash).next())
    return store_error::exists;
  insert_user_.change(request.who.id, request.who.name);
  insert_session_.change(request.token_hash, request.who.id, request.expires_at_ms);
  return done{};
}

store_result sqlite_users::execute(const delete_session& request) {
  ended_session ended;
  {
    auto rows = session_owner_.query(request.token_hash);
    if (!rows.next())
      return store_error::not_found;
    ended.user_id = rows.id(0);
  }
  delete_session_.change(request.token_hash);
  return ended;
}

store_result sqlite_users::execute(const expire_sessions& request) {
  auto limit = bounded(request.limit, largest_sweep);
  std::vector<std::string> tokens;
  expired_sessions expired;
  {
    auto rows = find_expired_.query(request.now_ms, limit + 1);
    while (rows.next()) {
      if (static_cast<std::int64_t>(tokens.size()) == limit) {
        expired.more = true;
        break;
      }
      tokens.push_back(rows.id(0));
      expired.users_without_session.push_back(rows.id(1));
    }
  }
  for (const auto& token : tokens)
    delete_session_.change(token);
  std::sort(expired.users_without_session.begin(), expired.users_without_session.end());
  return expired;
}

store_result sqlite_users::execute(const load_user& request) {
  loaded_user loaded;
  {
    auto rows = find_name_.query(request.id);
    if (!rows.next())
      return store_error::not_found;
    loaded.who = {request.id, rows.name(0)};
  }
  for (auto rows = find_rooms_.query(request.id); rows.next();)
    loaded.rooms.push_back(rows.id(0));
  for (auto rows = find_waiting_.query(request.id); rows.next();)
    loaded.waiting.push_back(rows.id(0));
  return loaded;
}

store_result sqlite_users::execute(const rename_user& request) {
  if (rename_.change(request.id, request.name) == 0)
    return store_error::not_found;
  return done{};
}

} // namespace klatsch::persistence
