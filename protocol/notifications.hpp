#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "protocol/messages.hpp"

/// What the server tells unasked. To add one: here, at the end of encode.cpp, vectors in golden/.
namespace klatsch::protocol {

struct member_joined {
  std::string room;
  protocol::user user;

  static constexpr std::string_view type_name = "member_joined";
  static constexpr std::string_view method = "member.joined";
  static constexpr std::string_view summary = "Somebody became a member of a room.";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &member_joined::room, rules::id),
        field("user", &member_joined::user, no_rule{}),
    };
  }
  friend bool operator==(const member_joined&, const member_joined&) = default;
};

struct member_left {
  std::string room;
  protocol::user user;

  static constexpr std::string_view type_name = "member_left";
  static constexpr std::string_view method = "member.left";
  static constexpr std::string_view summary = "Somebody is a member of a room no more.";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &member_left::room, rules::id),
        field("user", &member_left::user, no_rule{}),
    };
  }
  friend bool operator==(const member_left&, const member_left&) = default;
};

struct presence {
  protocol::user user;
  bool online = false;

  static constexpr std::string_view type_name = "presence";
  static constexpr std::string_view method = "presence";
  static constexpr std::string_view summary =
      "Somebody's first session began or last one ended; may repeat per shared room.";
  static constexpr auto fields() {
    return std::tuple{
        field("user", &presence::user, no_rule{}),
        field("online", &presence::online, no_rule{}),
    };
  }
  friend bool operator==(const presence&, const presence&) = default;
};

struct user_renamed {
  protocol::user user;

  static constexpr std::string_view type_name = "user_renamed";
  static constexpr std::string_view method = "user.renamed";
  static constexpr std::string_view summary = "Somebody has a new name.";
  static constexpr auto fields() {
    return std::tuple{
        field("user", &user_renamed::user, no_rule{}, "with the new name"),
    };
  }
  friend bool operator==(const user_renamed&, const user_renamed&) = default;
};

struct room_count {
  std::string room;
  std::int64_t member_count = 0;
  std::int64_t online = 0;

  static constexpr std::string_view type_name = "room_count";
  static constexpr std::string_view method = "room.count";
  static constexpr std::string_view summary =
      "How many are in a large room, in place of everybody's coming and going; at most once a "
      "second.";
  static constexpr auto fields() {
    return std::tuple{
        field("room", &room_count::room, rules::id),
        field("member_count", &room_count::member_count, rules::count),
        field("online", &room_count::online, rules::count, "members with a session"),
    };
  }
  friend bool operator==(const room_count&, const room_count&) = default;
};

using notifications = std::
    tuple<message, private_message, member_joined, member_left, presence, user_renamed, room_count>;

} // namespace klatsch::protocol
