#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "protocol/field.hpp"

/// The objects that stand inside requests, results and notifications. Times are milliseconds since
/// 1970 (UTC); sequence numbers are dense and start at 1, so that 0 means "before the first".
namespace klatsch::protocol {

struct user {
  std::string id;
  std::string name;

  static constexpr std::string_view type_name = "user";
  static constexpr auto fields() {
    return std::tuple{
        field("id", &user::id, rules::id),
        field("name", &user::name, rules::name),
    };
  }
  friend bool operator==(const user&, const user&) = default;
};

struct member {
  std::string id;
  std::string name;
  bool online = false;

  static constexpr std::string_view type_name = "member";
  static constexpr auto fields() {
    return std::tuple{
        field("id", &member::id, rules::id),
        field("name", &member::name, rules::name),
        field("online", &member::online, no_rule{}, "has a session at this moment"),
    };
  }
  friend bool operator==(const member&, const member&) = default;
};

/// A message of a room: an entry of its log, and the notification of it.
struct message {
  std::string room;
  std::int64_t seq = 0;
  std::int64_t ts = 0;
  user from;
  std::string text;
  std::optional<std::string> cid;

  static constexpr std::string_view type_name = "message";
  static constexpr std::string_view method = "message";
  static constexpr std::string_view summary = "Somebody said something in a room.";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &message::room, rules::id),
        field("seq", &message::seq, rules::sequence, "dense in the room, from 1"),
        field("ts", &message::ts, rules::milliseconds, "milliseconds since 1970, UTC"),
        field("from", &message::from, no_rule{}),
        field("text", &message::text, rules::text),
        field("cid", &message::cid, rules::cid, "the sender's own key for it"),
    };
  }
  friend bool operator==(const message&, const message&) = default;
};

/// A message between two users: an entry of their conversation's log, and the notification of it.
struct private_message {
  std::string with;
  std::int64_t seq = 0;
  std::int64_t ts = 0;
  user from;
  user to;
  std::string text;
  std::optional<std::string> cid;

  static constexpr std::string_view type_name = "private_message";
  static constexpr std::string_view method = "private";
  static constexpr std::string_view summary = "One of your conversations has a new message.";
  static constexpr auto fields() {
    return std::tuple{
        field("with", &private_message::with, rules::id, "the other one, as the receiver sees it"),
        field("seq", &private_message::seq, rules::sequence, "dense in the conversation, from 1"),
        field("ts", &private_message::ts, rules::milliseconds, "milliseconds since 1970, UTC"),
        field("from", &private_message::from, no_rule{}),
        field("to", &private_message::to, no_rule{}),
        field("text", &private_message::text, rules::text),
        field("cid", &private_message::cid, rules::cid, "the sender's own key for it"),
    };
  }
  friend bool operator==(const private_message&, const private_message&) = default;
};

/// Where a client that comes back had got to, in a room or in a conversation.
struct resume_point {
  std::optional<std::string> room;
  std::optional<std::string> with;
  std::int64_t after = 0;

  static constexpr std::string_view type_name = "resume_point";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &resume_point::room, rules::id, "either this"),
        field("with", &resume_point::with, rules::id, "or this"),
        field("after", &resume_point::after, rules::sequence, "the last sequence number seen"),
    };
  }
  static constexpr std::array<std::string_view, 2> exactly_one_of{"room", "with"};
  friend bool operator==(const resume_point&, const resume_point&) = default;
};

struct opened_room {
  std::string room;
  std::string title;
  std::int64_t seq = 0;
  std::optional<bool> recovered;

  static constexpr std::string_view type_name = "opened_room";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &opened_room::room, rules::id),
        field("title", &opened_room::title, rules::title),
        field("seq", &opened_room::seq, rules::sequence, "the newest message's"),
        field(
            "recovered", &opened_room::recovered, no_rule{},
            "where resume asked: true, the missed messages follow; false, load them by "
            "room.history"),
    };
  }
  friend bool operator==(const opened_room&, const opened_room&) = default;
};

struct opened_conversation {
  user with;
  std::int64_t seq = 0;
  std::optional<bool> recovered;

  static constexpr std::string_view type_name = "opened_conversation";
  static constexpr auto fields() {
    return std::tuple{
        field("with", &opened_conversation::with, no_rule{}),
        field("seq", &opened_conversation::seq, rules::sequence, "the newest message's"),
        field(
            "recovered", &opened_conversation::recovered, no_rule{},
            "where resume asked: true, the missed messages follow; false, load them by "
            "user.history"),
    };
  }
  friend bool operator==(const opened_conversation&, const opened_conversation&) = default;
};

struct listed_room {
  std::string room;
  std::string title;
  std::int64_t online = 0;

  static constexpr std::string_view type_name = "listed_room";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &listed_room::room, rules::id),
        field("title", &listed_room::title, rules::title),
        field("online", &listed_room::online, rules::count, "members with a session"),
    };
  }
  friend bool operator==(const listed_room&, const listed_room&) = default;
};

/// What a client must keep to; `rate` 0 means that requests are not limited.
struct session_limits {
  std::int64_t text = limits::text_code_points;
  std::int64_t name = limits::name_code_points;
  std::int64_t title = limits::title_code_points;
  std::int64_t page = limits::page_messages;
  std::int64_t resume = limits::resume_messages;
  std::int64_t frame_bytes = limits::frame_bytes;
  std::int64_t batch = limits::batch_requests;
  std::int64_t rate = 0;
  std::int64_t burst = 0;

  static constexpr std::string_view type_name = "session_limits";
  static constexpr auto fields() {
    return std::tuple{
        field("text", &session_limits::text, rules::count, "code points in a text"),
        field("name", &session_limits::name, rules::count, "code points in a name"),
        field("title", &session_limits::title, rules::count, "code points in a title"),
        field("page", &session_limits::page, rules::count, "messages in one page of a history"),
        field("resume", &session_limits::resume, rules::count, "messages sent again by a resume"),
        field("frame_bytes", &session_limits::frame_bytes, rules::count, "bytes in one message"),
        field("batch", &session_limits::batch, rules::count, "requests in a batch"),
        field("rate", &session_limits::rate, rules::count, "requests a second; 0: no limit"),
        field("burst", &session_limits::burst, rules::count, "requests at once"),
    };
  }
  friend bool operator==(const session_limits&, const session_limits&) = default;
};

} // namespace klatsch::protocol
