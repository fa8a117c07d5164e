#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "protocol/messages.hpp"

/// The requests that a client can make, and their results. To add a method: both structs, a place
/// in `requests` at the end, a line for a new result at the end of encode.cpp, vectors in golden/.
namespace klatsch::protocol {

/// The result of a request that only succeeds.
struct empty_result {
  static constexpr std::string_view type_name = "empty_result";
  static constexpr auto fields() { return std::tuple{}; }
  friend bool operator==(const empty_result&, const empty_result&) = default;
};

struct session_open_result {
  protocol::user user;
  std::optional<std::string> token;
  std::vector<opened_room> rooms;
  std::vector<opened_conversation> conversations;
  session_limits limits;

  static constexpr std::string_view type_name = "session_open_result";
  static constexpr auto fields() {
    return std::tuple{
        field("user", &session_open_result::user, no_rule{}),
        field(
            "token", &session_open_result::token, rules::token,
            "absent where the cookie authenticated"),
        field(
            "rooms", &session_open_result::rooms, list_rule{protocol::limits::listed_rooms},
            "those that the user is a member of"),
        field(
            "conversations", &session_open_result::conversations,
            list_rule{protocol::limits::listed_conversations}, "the newest ones"),
        field("limits", &session_open_result::limits, no_rule{}),
    };
  }
  friend bool operator==(const session_open_result&, const session_open_result&) = default;
};

struct session_open {
  std::optional<std::string> token;
  std::optional<std::string> name;
  std::vector<resume_point> resume;

  static constexpr std::string_view type_name = "session_open";
  static constexpr std::string_view method = "session.open";
  static constexpr std::string_view summary =
      "Begins the session: who you are, where you are, what you missed.";
  using result = session_open_result;
  static constexpr auto fields() {
    return std::tuple{
        field("token", &session_open::token, rules::token, "of an earlier session.open"),
        field("name", &session_open::name, rules::name, "for a new user"),
        field(
            "resume", &session_open::resume, list_rule{limits::resume_points},
            "where the client had got to; may be absent"),
    };
  }
  static constexpr std::string_view absent_list = "resume";
  friend bool operator==(const session_open&, const session_open&) = default;
};

struct session_close {
  static constexpr std::string_view type_name = "session_close";
  static constexpr std::string_view method = "session.close";
  static constexpr std::string_view summary =
      "Logs out: the token is void, the connection is closed.";
  using result = empty_result;
  static constexpr auto fields() { return std::tuple{}; }
  friend bool operator==(const session_close&, const session_close&) = default;
};

struct room_create_result {
  std::string room;

  static constexpr std::string_view type_name = "room_create_result";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &room_create_result::room, rules::id),
    };
  }
  friend bool operator==(const room_create_result&, const room_create_result&) = default;
};

struct room_create {
  std::string title;
  std::optional<std::string> room;

  static constexpr std::string_view type_name = "room_create";
  static constexpr std::string_view method = "room.create";
  static constexpr std::string_view summary = "Makes a room; join it to be in it.";
  using result = room_create_result;
  static constexpr auto fields() {
    return std::tuple{
        field("title", &room_create::title, rules::title),
        field("room", &room_create::room, rules::id, "the id that you want; otherwise one is made"),
    };
  }
  friend bool operator==(const room_create&, const room_create&) = default;
};

struct room_list_result {
  std::vector<listed_room> rooms;

  static constexpr std::string_view type_name = "room_list_result";
  static constexpr auto fields() {
    return std::tuple{
        field("rooms", &room_list_result::rooms, list_rule{limits::listed_rooms}),
    };
  }
  friend bool operator==(const room_list_result&, const room_list_result&) = default;
};

struct room_list {
  static constexpr std::string_view type_name = "room_list";
  static constexpr std::string_view method = "room.list";
  static constexpr std::string_view summary = "All rooms.";
  using result = room_list_result;
  static constexpr auto fields() { return std::tuple{}; }
  friend bool operator==(const room_list&, const room_list&) = default;
};

struct room_join_result {
  std::string room;
  std::string title;
  std::int64_t seq = 0;
  std::vector<member> members;
  std::int64_t member_count = 0;
  std::vector<message> messages;

  static constexpr std::string_view type_name = "room_join_result";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &room_join_result::room, rules::id),
        field("title", &room_join_result::title, rules::title),
        field("seq", &room_join_result::seq, rules::sequence, "the newest message's"),
        field(
            "members", &room_join_result::members, list_rule{limits::listed_members},
            "those online first"),
        field("member_count", &room_join_result::member_count, rules::count, "all of them"),
        field(
            "messages", &room_join_result::messages, list_rule{std::size_t{limits::page_messages}},
            "the newest page"),
    };
  }
  friend bool operator==(const room_join_result&, const room_join_result&) = default;
};

struct room_join {
  std::string room;

  static constexpr std::string_view type_name = "room_join";
  static constexpr std::string_view method = "room.join";
  static constexpr std::string_view summary =
      "Becomes a member and reads the room; who is one already just reads.";
  using result = room_join_result;
  static constexpr auto fields() {
    return std::tuple{
        field("room", &room_join::room, rules::id),
    };
  }
  friend bool operator==(const room_join&, const room_join&) = default;
};

struct room_leave {
  std::string room;

  static constexpr std::string_view type_name = "room_leave";
  static constexpr std::string_view method = "room.leave";
  static constexpr std::string_view summary = "Is a member no more.";
  using result = empty_result;
  static constexpr auto fields() {
    return std::tuple{
        field("room", &room_leave::room, rules::id),
    };
  }
  friend bool operator==(const room_leave&, const room_leave&) = default;
};

/// A message that the store has.
struct sent_result {
  std::int64_t seq = 0;
  std::int64_t ts = 0;

  static constexpr std::string_view type_name = "sent_result";
  static constexpr auto fields() {
    return std::tuple{
        field("seq", &sent_result::seq, rules::sequence, "its place in the log"),
        field("ts", &sent_result::ts, rules::milliseconds, "when it was accepted"),
    };
  }
  friend bool operator==(const sent_result&, const sent_result&) = default;
};

struct room_send {
  std::string room;
  std::string text;
  std::string cid;

  static constexpr std::string_view type_name = "room_send";
  static constexpr std::string_view method = "room.send";
  static constexpr std::string_view summary =
      "Says something in a room; answered when it is durable.";
  using result = sent_result;
  static constexpr auto fields() {
    return std::tuple{
        field("room", &room_send::room, rules::id),
        field("text", &room_send::text, rules::text),
        field(
            "cid", &room_send::cid, rules::cid,
            "sent again with the same cid, a message is stored once"),
    };
  }
  friend bool operator==(const room_send&, const room_send&) = default;
};

struct room_history_result {
  std::vector<message> messages;
  bool more = false;

  static constexpr std::string_view type_name = "room_history_result";
  static constexpr auto fields() {
    return std::tuple{
        field(
            "messages", &room_history_result::messages,
            list_rule{std::size_t{limits::page_messages}}, "ascending"),
        field(
            "more", &room_history_result::more, no_rule{},
            "there are further ones in that direction"),
    };
  }
  friend bool operator==(const room_history_result&, const room_history_result&) = default;
};

struct room_history {
  std::string room;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  std::optional<std::int64_t> limit;

  static constexpr std::string_view type_name = "room_history";
  static constexpr std::string_view method = "room.history";
  static constexpr std::string_view summary = "A page of a room's messages.";
  using result = room_history_result;
  static constexpr auto fields() {
    return std::tuple{
        field("room", &room_history::room, rules::id),
        field("before", &room_history::before, rules::sequence, "the newest ones before it"),
        field("after", &room_history::after, rules::sequence, "the oldest ones after it"),
        field("limit", &room_history::limit, rules::page, "50 where absent"),
    };
  }
  friend bool operator==(const room_history&, const room_history&) = default;
};

struct user_send {
  std::string to;
  std::string text;
  std::string cid;

  static constexpr std::string_view type_name = "user_send";
  static constexpr std::string_view method = "user.send";
  static constexpr std::string_view summary =
      "Says something to one user only; waits for who is offline.";
  using result = sent_result;
  static constexpr auto fields() {
    return std::tuple{
        field("to", &user_send::to, rules::id, "the addressee"),
        field("text", &user_send::text, rules::text),
        field(
            "cid", &user_send::cid, rules::cid,
            "sent again with the same cid, a message is stored once"),
    };
  }
  friend bool operator==(const user_send&, const user_send&) = default;
};

struct user_history_result {
  std::vector<private_message> messages;
  bool more = false;

  static constexpr std::string_view type_name = "user_history_result";
  static constexpr auto fields() {
    return std::tuple{
        field(
            "messages", &user_history_result::messages,
            list_rule{std::size_t{limits::page_messages}}, "ascending"),
        field(
            "more", &user_history_result::more, no_rule{},
            "there are further ones in that direction"),
    };
  }
  friend bool operator==(const user_history_result&, const user_history_result&) = default;
};

struct user_history {
  std::string with;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  std::optional<std::int64_t> limit;

  static constexpr std::string_view type_name = "user_history";
  static constexpr std::string_view method = "user.history";
  static constexpr std::string_view summary = "A page of your conversation with a user.";
  using result = user_history_result;
  static constexpr auto fields() {
    return std::tuple{
        field("with", &user_history::with, rules::id, "the other one"),
        field("before", &user_history::before, rules::sequence, "the newest ones before it"),
        field("after", &user_history::after, rules::sequence, "the oldest ones after it"),
        field("limit", &user_history::limit, rules::page, "50 where absent"),
    };
  }
  friend bool operator==(const user_history&, const user_history&) = default;
};

struct user_rename {
  std::string name;

  static constexpr std::string_view type_name = "user_rename";
  static constexpr std::string_view method = "user.rename";
  static constexpr std::string_view summary = "Changes your name.";
  using result = empty_result;
  static constexpr auto fields() {
    return std::tuple{
        field("name", &user_rename::name, rules::name),
    };
  }
  friend bool operator==(const user_rename&, const user_rename&) = default;
};

using requests = std::tuple<
    session_open,
    session_close,
    room_create,
    room_list,
    room_join,
    room_leave,
    room_send,
    room_history,
    user_send,
    user_history,
    user_rename>;

} // namespace klatsch::protocol
