#include "persistence/sqlite_conversations.hpp"

#include <algorithm>

#include "persistence/page_bounds.hpp"

namespace klatsch::persistence {

namespace {

// The place of a conversation among the user's own: behind the one that had a message last.
#define KLATSCH_NEXT_PLACE                                                                         \
  "(SELECT coalesce(max(place), 0) + 1 FROM conversation_states WHERE user_id = ?1)"

// One's own message has been given to oneself, unless others wait before it.
constexpr const char* sent =
    "INSERT INTO conversation_states (user_id, with_id, conversation, delivered, received, place) "
    "VALUES (?1, ?2, ?3, ?4, 0, " KLATSCH_NEXT_PLACE ") "
    "ON CONFLICT (user_id, with_id) DO UPDATE SET "
    "delivered = iif(delivered < received, delivered, excluded.delivered), "
    "place = excluded.place";

// ?5: the message has been delivered, and all before it.
constexpr const char* received =
    "INSERT INTO conversation_states (user_id, with_id, conversation, delivered, received, place) "
    "VALUES (?1, ?2, ?3, iif(?5, ?4, 0), ?4, " KLATSCH_NEXT_PLACE ") "
    "ON CONFLICT (user_id, with_id) DO UPDATE SET received = excluded.received, "
    "delivered = max(delivered, excluded.delivered), place = excluded.place";

#undef KLATSCH_NEXT_PLACE

} // namespace

sqlite_conversations::sqlite_conversations(const sqlite_database& database)
    : find_name_(database, "SELECT name FROM users WHERE id = ?1"),
      find_conversation_(
          database, "SELECT number, seq FROM conversations WHERE first_id = ?1 AND second_id = ?2"),
      insert_conversation_(
          database,
          "INSERT INTO conversations (first_id, second_id, seq) VALUES (?1, ?2, 0) "
          "RETURNING number"),
      find_cid_(
          database,
          "SELECT seq, ts FROM private_messages "
          "WHERE conversation = ?1 AND from_id = ?2 AND cid = ?3"),
      insert_message_(
          database,
          "INSERT INTO private_messages "
          "(conversation, seq, ts, from_id, from_name, to_id, to_name, text, cid) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
      take_seq_(database, "UPDATE conversations SET seq = ?2 WHERE number = ?1"),
      sent_(database, sent), received_(database, received),
      read_forwards_(
          database,
          "SELECT seq, ts, from_id, from_name, to_id, to_name, text, cid FROM private_messages "
          "WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq LIMIT ?4"),
      read_backwards_(
          database,
          "SELECT seq, ts, from_id, from_name, to_id, to_name, text, cid FROM private_messages "
          "WHERE conversation = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq DESC LIMIT ?4"),
      // Where nothing waits, the user has the whole conversation, own messages included.
      list_(
          database,
          "SELECT users.id, users.name, conversations.seq, "
          "iif(state.delivered < state.received, state.delivered, conversations.seq) "
          "FROM conversation_states AS state "
          "JOIN conversations ON conversations.number = state.conversation "
          "JOIN users ON users.id = state.with_id "
          "WHERE state.user_id = ?1 ORDER BY state.place DESC LIMIT ?2"),
      mark_delivered_(
          database,
          "UPDATE conversation_states SET delivered = iif(?3 < received, ?3, "
          "(SELECT seq FROM conversations WHERE number = conversation)) "
          "WHERE user_id = ?1 AND with_id = ?2 AND delivered < min(?3, received)") {}

store_result sqlite_conversations::execute(const append_private& request) {
  appended result;
  auto conversation = find_or_make(request.from.id, request.to.id);
  if (auto rows = find_cid_.query(conversation.number, request.from.id, request.cid); rows.next()) {
    result.seq = rows.number(0);
    result.ts = rows.number(1);
    result.duplicate = true;
    return result;
  }
  result.seq = conversation.seq + 1;
  result.ts = request.ts;
  insert_message_.change(
      conversation.number, result.seq, result.ts, request.from.id, request.from.name, request.to.id,
      request.to.name, request.text, request.cid);
  take_seq_.change(conversation.number, result.seq);
  sent_.change(request.from.id, request.to.id, conversation.number, result.seq);
  received_.change(
      request.to.id, request.from.id, conversation.number, result.seq,
      static_cast<std::int64_t>(request.delivered));
  return result;
}

store_result sqlite_conversations::execute(const read_private& request) {
  if (!find_name_.query(request.with).next())
    return store_error::not_found;
  page_bounds bounds(request.part);
  std::int64_t conversation = 0;
  const auto& [first, second] = std::minmax(request.user_id, request.with);
  if (auto rows = find_conversation_.query(first, second); rows.next())
    conversation = rows.number(0);
  else
    return log_page<protocol::private_message>{};
  auto& read = bounds.oldest_first ? read_forwards_ : read_backwards_;
  std::vector<protocol::private_message> messages;
  auto rows = read.query(conversation, bounds.first, bounds.last, bounds.limit + 1);
  while (rows.next())
    messages.push_back(
        {request.with, rows.number(0), rows.number(1), user{rows.id(2), rows.name(3)},
         user{rows.id(4), rows.name(5)}, rows.text(6), rows.id(7)});
  return make_page(std::move(messages), bounds);
}

store_result sqlite_conversations::execute(const list_conversations& request) {
  std::vector<stored_conversation> conversations;
  auto rows = list_.query(request.user_id, bounded(request.limit, largest_list));
  while (rows.next())
    conversations.push_back({user{rows.id(0), rows.name(1)}, rows.number(2), rows.number(3)});
  return conversations;
}

store_result sqlite_conversations::execute(const mark_delivered& request) {
  mark_delivered_.change(request.user_id, request.with, request.seq);
  return done{};
}

sqlite_conversations::conversation_row
sqlite_conversations::find_or_make(const std::string& one, const std::string& other) {
  const auto& [first, second] = std::minmax(one, other);
  if (auto rows = find_conversation_.query(first, second); rows.next())
    return {rows.number(0), rows.number(1)};
  auto rows = insert_conversation_.query(first, second);
  if (!rows.next())
    throw foreign_content("a conversation could not be made");
  return {rows.number(0), 0};
}

} // namespace klatsch::persistence
