#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/error.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/variant.hpp>

#include "protocol/close_codes.hpp"
#include "protocol/inspect.hpp"
#include "protocol/notifications.hpp"
#include "protocol/requests.hpp"

/// What klatsch's actors say to each other, also across nodes. The handlers dispatch on the type of
/// these structs. Handles of actors are added where the receiver must answer or remember somebody;
/// these messages stand in interfaces.hpp, beside the actor types.
namespace klatsch {

/// Names one session in the whole cluster: 63 random bits.
using session_id = std::int64_t;

// -- to rooms -------------------------------------------------------------------------------------

/// This session gets the room's events no longer.
struct detach_session {
  session_id session = 0;
};

struct leave_room {
  protocol::user who;
};

struct saying {
  std::string text;
  std::string cid;
};

/// What a member says, in its order: one message for all that a client has sent at once.
struct say {
  protocol::user who;
  std::vector<saying> each;
};

/// What became of one message.
using said_outcome = caf::variant<protocol::sent_result, caf::error>;

/// Of each, in the order of the request.
struct said {
  std::vector<said_outcome> each;
};

/// Which part of a log; see persistence::page.
struct log_part {
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  std::int64_t limit = 0;

  static constexpr std::string_view type_name = "log_part";
  static constexpr auto fields() {
    return std::tuple{
        protocol::field("before", &log_part::before), protocol::field("after", &log_part::after),
        protocol::field("limit", &log_part::limit)};
  }
};
using protocol::inspect;

struct read_room_log {
  std::string user_id;
  log_part part;
};

struct rename_member {
  protocol::user who;
};

// -- from rooms -----------------------------------------------------------------------------------

/// The room as a session that comes (back) needs it.
struct attached {
  protocol::opened_room room;
  /// What `after` asked for, where `room.recovered` is true.
  std::vector<protocol::message> missed;
};

/// Somebody left a large room: only the leaver's own sessions are told.
struct quiet_leave {
  protocol::member_left left;
};

using event_content = caf::variant<
    protocol::message,
    protocol::member_joined,
    protocol::member_left,
    protocol::presence,
    protocol::user_renamed,
    protocol::room_count,
    quiet_leave>;

/// Consecutive events of one room, for all sessions of one node.
struct room_events {
  std::string room;
  std::vector<event_content> events;
};

// -- to users -------------------------------------------------------------------------------------

/// This session of the user is gone.
struct end_session {
  session_id session = 0;
};

/// To the sender's actor: the message is stored; `with` is the addressee.
struct private_stored {
  protocol::private_message message;
};

struct read_private_log {
  std::string with;
  log_part part;
};

/// One session of the user joined or left a room: its others follow.
struct membership_changed {
  std::string room;
  bool joined = false;
  session_id by = 0;
};

struct rename_user {
  std::string name;
};

/// A token was made void: its sessions end, and its user, who can't come back, leaves all rooms.
struct log_out {
  std::string token_hash;
};

/// The user's token has expired or is void: leave all rooms.
struct retire_user {};

// -- to rooms and users ---------------------------------------------------------------------------

/// Another node serves this room or user from now on: finish what is under way, and end. Who had
/// the handle asks the directory again.
struct hand_over {};

/// The cluster has another view, and this node may have missed one in which another node served
/// this room or user: find out.
struct confirm_place {};

struct succeeded {};

// -- from users -----------------------------------------------------------------------------------

struct opened_user {
  protocol::user who;
  std::vector<std::string> rooms;
  std::vector<protocol::opened_conversation> conversations;
  /// What waited for the user, and what the session asked to resume, by conversation and number.
  std::vector<protocol::private_message> missed;
  /// The user is new and has been in no room yet.
  bool newcomer = false;
};

// -- to sessions ----------------------------------------------------------------------------------

/// Private messages may have gone by another actor of the user: read what is missing.
struct look_again {};

/// The connection is to be closed with this code.
struct close_session {
  std::uint16_t code = 0;
};

// -- to directories -------------------------------------------------------------------------------

struct resolve_room {
  std::string room;
};

struct resolve_user {
  std::string user_id;
  /// The user's name where the asker has just made the user, whose actor then need not look what
  /// the store knows; else empty. Does not leave its node.
  std::string made_as = {};
};

/// A room's members with a session, as they are now.
struct room_online {
  std::string room;
  std::int64_t online = 0;
};

/// How many are online in each of these rooms.
struct list_online {
  std::vector<std::string> rooms;
  /// Only those that are on the asked node.
  bool here_only = false;
};

/// The sender, a room or user actor, is idle and wants to go.
struct release_room {
  std::string room;
};

struct release_user {
  std::string user_id;
};

/// All rooms and users end; answered when they have.
struct stop_directory {};

/// A node that serves rooms and users.
struct placed_node {
  std::string id;
  /// It is about to end, and hands over what it serves.
  bool draining = false;
};

/// Who serves rooms and users from now on. Empty while this node is in no cluster.
struct view_changed {
  std::int64_t number = 0;
  std::vector<placed_node> workers;
};

/// From a node that holds the receiver for the owner: its actor's handle, started when it isn't
/// there.
struct host_room {
  std::string room;
};

struct host_user {
  std::string user_id;
};

/// From a node that is about to start the actor: answered when none is here any more.
struct give_up_room {
  std::string room;
};

struct give_up_user {
  std::string user_id;
};

/// The link to a node is gone.
struct peer_lost {
  std::string id;
};

/// Answered when no room and no user is here any more.
struct await_empty {};

// -- between nodes --------------------------------------------------------------------------------

/// The versions of the node-to-node protocol, which are those of this header, of interfaces.hpp and
/// of type_ids.hpp. A change that a node of the version before doesn't understand makes a new one.
namespace node_protocol {
constexpr std::int64_t oldest = 2;
constexpr std::int64_t newest = 2;
} // namespace node_protocol

/// "The store has my lease": shows a node that hears it, but can't reach the store, that it is the
/// one that is cut off.
struct lease_alive {
  std::string id;
};

#define KLATSCH_INSPECT(type, ...)                                                                 \
  template <class Inspector>                                                                       \
  auto inspect(Inspector& f, [[maybe_unused]] type& x) {                                           \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);                              \
  }

KLATSCH_INSPECT(quiet_leave, x.left)
KLATSCH_INSPECT(detach_session, x.session)
KLATSCH_INSPECT(leave_room, x.who)
KLATSCH_INSPECT(saying, x.text, x.cid)
KLATSCH_INSPECT(say, x.who, x.each)
KLATSCH_INSPECT(said, x.each)
KLATSCH_INSPECT(read_room_log, x.user_id, x.part)
KLATSCH_INSPECT(rename_member, x.who)
KLATSCH_INSPECT(attached, x.room, x.missed)
KLATSCH_INSPECT(room_events, x.room, x.events)
KLATSCH_INSPECT(end_session, x.session)
KLATSCH_INSPECT(private_stored, x.message)
KLATSCH_INSPECT(read_private_log, x.with, x.part)
KLATSCH_INSPECT(membership_changed, x.room, x.joined, x.by)
KLATSCH_INSPECT(rename_user, x.name)
KLATSCH_INSPECT(log_out, x.token_hash)
KLATSCH_INSPECT(opened_user, x.who, x.rooms, x.conversations, x.missed, x.newcomer)
KLATSCH_INSPECT(close_session, x.code)
KLATSCH_INSPECT(resolve_room, x.room)
KLATSCH_INSPECT(resolve_user, x.user_id)
KLATSCH_INSPECT(room_online, x.room, x.online)
KLATSCH_INSPECT(release_room, x.room)
KLATSCH_INSPECT(release_user, x.user_id)
KLATSCH_INSPECT(retire_user, )
KLATSCH_INSPECT(succeeded, )
KLATSCH_INSPECT(list_online, x.rooms, x.here_only)
KLATSCH_INSPECT(hand_over, )
KLATSCH_INSPECT(confirm_place, )
KLATSCH_INSPECT(look_again, )
KLATSCH_INSPECT(placed_node, x.id, x.draining)
KLATSCH_INSPECT(view_changed, x.number, x.workers)
KLATSCH_INSPECT(host_room, x.room)
KLATSCH_INSPECT(host_user, x.user_id)
KLATSCH_INSPECT(give_up_room, x.room)
KLATSCH_INSPECT(give_up_user, x.user_id)
KLATSCH_INSPECT(peer_lost, x.id)
KLATSCH_INSPECT(await_empty, )
KLATSCH_INSPECT(lease_alive, x.id)
KLATSCH_INSPECT(stop_directory, )

} // namespace klatsch
