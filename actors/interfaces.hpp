#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_actor.hpp>

#include "actors/frame.hpp"
#include "actors/messages.hpp"
#include "persistence/lease_table.hpp"
#include "persistence/requests.hpp"

/// The typed interfaces of all actors, one comment per message. Requests fail with a
/// `caf::error` made by make_error(protocol::error_code), see error.hpp.
namespace klatsch {

using caf::reacts_to;
using caf::replies_to;

struct room_frames;
struct room_lost;
struct room_gap;
struct open_deadline;
struct retry_due;
struct room_left;
struct inbound;
struct disconnected;

/// One per Asio thread: hands events to the thread's connections by plain function calls.
using hub_actor = caf::typed_actor<
    // encoded events of a room, for each subscription of this thread
    reacts_to<room_frames>,
    // the room's actor is gone: its subscribers attach again
    reacts_to<room_lost>>;

struct watch_room;

/// One per node: takes each room's events once, encodes them once, and gives them to the hubs.
using relay_actor = caf::typed_actor<
    // consecutive events of one room
    reacts_to<room_events>,
    // a hub of this node wants all events from now on
    reacts_to<hub_actor>,
    // a session of this node has attached to a room: tell the hubs when that room's actor ends
    reacts_to<watch_room>>;

/// A session that comes to a room it is a member of: events go to its node's relay from now on.
struct attach_session {
  session_id session = 0;
  protocol::user who;
  relay_actor relay;
  /// The last sequence number that the client has seen, when it resumes.
  std::int64_t after = -1;
};

/// The same for a user who may not be a member yet.
struct join_room {
  session_id session = 0;
  protocol::user who;
  relay_actor relay;
};

KLATSCH_INSPECT(attach_session, x.session, x.who, x.relay, x.after)
KLATSCH_INSPECT(join_room, x.session, x.who, x.relay)

/// One per room in the whole cluster: its members, its order, its log's only writer.
using room_actor = caf::typed_actor<
    // a member's session attaches, with what it missed; not_a_member
    replies_to<attach_session>::with<attached>,
    // a user becomes a member and attaches; the whole snapshot; room_full
    replies_to<join_room>::with<protocol::room_join_result>,
    // a session is gone, or wants no events of this room any more
    reacts_to<detach_session>,
    // a user is a member no more, on all devices
    replies_to<leave_room>::with<succeeded>,
    // a member says something; answered when all of it is durable or has failed, each by itself;
    // not_a_member, overloaded; room_unavailable: all of it is to be said to the next actor
    replies_to<say>::with<said>,
    // a member reads back; not_a_member
    replies_to<read_room_log>::with<protocol::room_history_result>,
    // a member has a new name
    reacts_to<rename_member>,
    // another node serves this room from now on
    reacts_to<hand_over>,
    // is this actor still the room's?
    reacts_to<confirm_place>>;

/// Begins a session of a user.
struct open_session;
struct send_private;

/// One per user in the whole cluster: the user's sessions on all nodes, and private messages.
using user_actor = caf::typed_actor<
    // a new session, with what waited for the user
    replies_to<open_session>::with<opened_user>,
    // a session has ended
    reacts_to<end_session>,
    // somebody says something to this user only; answered when it is durable; no_such_user
    replies_to<send_private>::with<protocol::sent_result>,
    // a message that this user sent is stored: show it to the user's own sessions
    replies_to<private_stored>::with<succeeded>,
    // the user reads back a conversation
    replies_to<read_private_log>::with<protocol::user_history_result>,
    // a session joined or left a room: tell the others
    reacts_to<membership_changed>,
    // the user has a new name, everywhere
    replies_to<rename_user>::with<succeeded>,
    // a token is void
    replies_to<log_out>::with<succeeded>,
    // the user can't come back: leave all rooms
    reacts_to<retire_user>,
    // another node serves this user from now on
    reacts_to<hand_over>,
    // have messages of this user gone another way?
    reacts_to<confirm_place>>;

/// One per connection, on the connection's own thread: speaks the wire protocol.
using session_actor = caf::typed_actor<
    // one WebSocket message from the client
    reacts_to<inbound>,
    // the connection is gone
    reacts_to<disconnected>,
    // a private message of this user, from or to
    reacts_to<protocol::private_message>,
    // another device of this user joined or left a room
    reacts_to<membership_changed>,
    // a room's actor is gone: find it again and attach with the last number seen
    reacts_to<room_lost>,
    // events of a room were lost on the way: read them again
    reacts_to<room_gap>,
    // this user left a room, here or on another device, and its subscription has ended
    reacts_to<room_left>,
    // the user has a new name
    reacts_to<protocol::user_renamed>,
    // the client had time enough for session.open
    reacts_to<open_deadline>,
    // messages of this user may have gone another way
    reacts_to<look_again>,
    // to itself: the time has come to try something again
    reacts_to<retry_due>,
    // close the connection with this code
    reacts_to<close_session>>;

struct open_session {
  session_id session = 0;
  session_actor handle;
  std::string token_hash;
  /// The conversations among what the client resumes.
  std::vector<protocol::resume_point> resume;
  /// The session has just made the user.
  bool created = false;
};

KLATSCH_INSPECT(open_session, x.session, x.handle, x.token_hash, x.resume, x.created)

/// To the addressee's actor: store it, and show it to both.
struct send_private {
  protocol::user from;
  /// The sender's own actor, as far as the session knows it.
  user_actor sender;
  std::string to;
  std::string text;
  std::string cid;
};

KLATSCH_INSPECT(send_private, x.from, x.sender, x.to, x.text, x.cid)

struct peer_found;

/// One per node: finds the actor of a room or a user, on whatever node it is, and starts those that
/// belong here.
using directory_actor = caf::typed_actor<
    // the room's actor; whether there is such a room shows when it is asked something
    replies_to<resolve_room>::with<room_actor>,
    // the user's actor, likewise
    replies_to<resolve_user>::with<user_actor>,
    // how many members of a room are online, from the room
    reacts_to<room_online>,
    // the same for these rooms, as far as somebody is in them
    replies_to<list_online>::with<std::vector<room_online>>,
    // an idle room or user wants to go; when answered, nobody will be sent to it any more
    replies_to<release_room>::with<succeeded>,
    replies_to<release_user>::with<succeeded>,
    // another node looks for what belongs to this one; room_unavailable when it doesn't
    replies_to<host_room>::with<room_actor>,
    replies_to<host_user>::with<user_actor>,
    // another node is about to serve it: answered when no actor of it is here any more
    replies_to<give_up_room>::with<succeeded>,
    replies_to<give_up_user>::with<succeeded>,
    // from this node's membership: who serves what from now on
    reacts_to<view_changed>,
    // from this node's membership: a link to another node came up, or is gone
    reacts_to<peer_found>,
    reacts_to<peer_lost>,
    // answered when nothing is served here any more
    replies_to<await_empty>::with<succeeded>,
    // the node stops
    replies_to<stop_directory>::with<succeeded>>;

/// A link to another node came up.
struct peer_found {
  std::string id;
  directory_actor directory;
};

struct node_hello;
struct node_welcome;
struct lease_report;
struct dial_report;

/// One per node: who is in the cluster, and the links to the others.
using membership_actor = caf::typed_actor<
    // another node has connected; incompatible when no version of the protocol is common
    replies_to<node_hello>::with<node_welcome>,
    // another node's lease is alive
    reacts_to<lease_alive>,
    // from the thread that renews the lease: what the store said
    reacts_to<lease_report>,
    // from the transport: how an attempt to connect ended
    reacts_to<dial_report>>;

/// The first message on a link, from the node that has connected.
struct node_hello {
  std::string id;
  /// The prefix in the store: nodes of two clusters that share a secret must not mix.
  std::string cluster;
  std::int64_t oldest_protocol = 0;
  std::int64_t newest_protocol = 0;
  membership_actor membership;
  directory_actor directory;
};

struct node_welcome {
  std::string id;
  /// The newest version that both speak; 0: none, see `refusal`.
  std::int64_t protocol = 0;
  /// Why the link is refused; empty where it is not.
  std::string refusal;
  directory_actor directory;
};

KLATSCH_INSPECT(peer_found, x.id, x.directory)
KLATSCH_INSPECT(
    node_hello, x.id, x.cluster, x.oldest_protocol, x.newest_protocol, x.membership, x.directory)
KLATSCH_INSPECT(node_welcome, x.id, x.protocol, x.refusal, x.directory)

/// What a room is told at once, in its order; never leaves its process.
struct append_messages {
  std::shared_ptr<const std::vector<persistence::append_message>> each;
};

using append_outcome = caf::variant<persistence::appended, caf::error>;

/// Of each, in the order of the request.
struct append_outcomes {
  std::vector<append_outcome> each;
};

/// One per node: the mirror of the model state. Each request of persistence/requests.hpp is a
/// message, answered with its result or an error made of the `store_error`; but messages to a room
/// come several in one, and each has an outcome.
using store_actor = caf::typed_actor<
    replies_to<persistence::find_session>::with<persistence::user>,
    replies_to<persistence::create_user>::with<persistence::done>,
    replies_to<persistence::delete_session>::with<persistence::ended_session>,
    replies_to<persistence::expire_sessions>::with<persistence::expired_sessions>,
    replies_to<persistence::load_user>::with<persistence::loaded_user>,
    replies_to<persistence::rename_user>::with<persistence::done>,
    replies_to<persistence::create_room>::with<persistence::done>,
    replies_to<persistence::list_rooms>::with<std::vector<persistence::stored_room>>,
    replies_to<persistence::activate_room>::with<persistence::activated_room>,
    replies_to<persistence::add_member>::with<persistence::done>,
    replies_to<persistence::remove_member>::with<persistence::done>,
    replies_to<persistence::check_epoch>::with<persistence::done>,
    replies_to<append_messages>::with<append_outcomes>,
    replies_to<persistence::read_room>::with<persistence::log_page<protocol::message>>,
    replies_to<persistence::append_private>::with<persistence::appended>,
    replies_to<persistence::read_private>::with<persistence::log_page<protocol::private_message>>,
    replies_to<persistence::list_conversations>::with<
        std::vector<persistence::stored_conversation>>,
    replies_to<persistence::mark_delivered>::with<persistence::done>,
    replies_to<persistence::check_store>::with<persistence::done>,
    // from the worker's thread: a group has been executed
    reacts_to<struct store_completions>>;

/// An encoded event.
struct event_frame {
  /// The message's sequence number; 0 for events that have none.
  std::int64_t seq = 0;
  frame_ptr frame;
};

/// Consecutive events of one room, for the subscriptions of one thread; never leaves its process.
struct room_frames {
  std::string room;
  std::vector<event_frame> events = {};
  /// All of them, for those who get them all.
  frame_ptr all = nullptr;
  /// Who is a member no more by the last of them: the last one that this user's sessions get.
  std::string left = {};
  /// Nobody else gets it; it is the only one then.
  bool for_leaver_only = false;
};

/// The room's actor has ended, or its node can't be reached; somebody in the room asked the relay
/// to watch it.
struct room_lost {
  std::string room;
  caf::actor_addr who;
};

/// From the hub to a session, on their thread.
struct room_gap {
  std::string room;
};

struct room_left {
  std::string room;
};

struct watch_room {
  std::string room;
  room_actor handle;
};

/// One WebSocket message from the client; never leaves its process.
struct inbound {
  std::shared_ptr<const std::string> bytes;
};

struct disconnected {};

struct open_deadline {};

struct retry_due {
  std::int64_t number = 0;
};

/// Results of the store's worker by ticket; never leaves its process.
struct store_completions {
  std::shared_ptr<std::vector<std::pair<std::uint64_t, persistence::store_result>>> results;
};

/// What the store answered to the last renewal; never leaves its process.
struct lease_report {
  persistence::lease_view view;
};

/// How an attempt to connect to a node ended; never leaves its process.
struct dial_report {
  enum class outcome : std::uint8_t {
    connected,
    refused,  ///< nobody listens there
    too_slow, ///< CAF gave up a handshake that was under way; at once is the best time to try again
    failed,
  };
  std::string id;
  /// Of the lease under which the node was dialed.
  std::int64_t epoch = 0;
  outcome result = outcome::failed;
  membership_actor peer;
};

KLATSCH_INSPECT(room_lost, x.room, x.who)
KLATSCH_INSPECT(room_gap, x.room)
KLATSCH_INSPECT(room_left, x.room)
KLATSCH_INSPECT(watch_room, x.room, x.handle)
KLATSCH_INSPECT(disconnected, )
KLATSCH_INSPECT(open_deadline, )
KLATSCH_INSPECT(retry_due, x.number)

} // namespace klatsch
