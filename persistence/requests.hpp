#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/messages.hpp"

/// What can be asked of a store. Each request names its result; a request that can't be fulfilled
/// is answered with a `store_error`. Times are milliseconds since 1970 (UTC), given by the caller.
namespace klatsch::persistence {

using protocol::user;

enum class store_error : std::uint8_t {
  not_found,   ///< the user, room or session is not there, or an id or a text is malformed
  exists,      ///< the id is taken
  fenced,      ///< a younger room actor has taken the room: stop at once
  unavailable, ///< the store can't be reached or failed; whether the request was done is unknown
  stale_view,  ///< the cluster has another view by now: decide anew who serves the room
};

struct done {
  friend bool operator==(const done&, const done&) = default;
};

// -- users and their sessions ---------------------------------------------------------------------

/// The user of a login token, by the token's hash (SHA-256, 64 hex digits). A token that is past
/// its expiry is not found. Moves the expiry to `expires_at_ms`, lazily: a store may skip the write
/// while more than half of the time is left.
struct find_session {
  using result = user;
  std::string token_hash;
  std::int64_t now_ms = 0;
  std::int64_t expires_at_ms = 0;
};

/// A new user with the token by which it is found, both or neither. `exists` when the user's id or
/// the token is.
struct create_user {
  using result = done;
  user who;
  std::string token_hash;
  std::int64_t now_ms = 0;
  std::int64_t expires_at_ms = 0;
};

struct ended_session {
  /// The user can never come back: there is no other token.
  std::string user_id;
  friend bool operator==(const ended_session&, const ended_session&) = default;
};

struct delete_session {
  using result = ended_session;
  std::string token_hash;
};

struct expired_sessions {
  /// Users who lost their token by this, sorted.
  std::vector<std::string> users_without_session;
  /// More tokens are past their expiry than `limit`.
  bool more = false;
};

struct expire_sessions {
  using result = expired_sessions;
  std::int64_t now_ms = 0;
  std::int64_t limit = 0;
};

struct loaded_user {
  user who;
  /// Ids of the rooms that the user is a member of, sorted.
  std::vector<std::string> rooms;
  /// Ids of those whose private messages wait for the user, sorted.
  std::vector<std::string> waiting;
};

struct load_user {
  using result = loaded_user;
  std::string id;
};

struct rename_user {
  using result = done;
  std::string id;
  std::string name;
};

// -- rooms ----------------------------------------------------------------------------------------

/// `exists` when the id is taken.
struct create_room {
  using result = done;
  std::string room;
  std::string title;
  std::int64_t now_ms = 0;
};

struct stored_room {
  std::string room;
  std::string title;
  friend bool operator==(const stored_room&, const stored_room&) = default;
};

/// All rooms by their age, the oldest first, `limit` at most.
struct list_rooms {
  using result = std::vector<stored_room>;
  std::int64_t limit = 0;
};

struct activated_room {
  std::string title;
  /// Fences all earlier activations: every write of a room carries its actor's epoch.
  std::int64_t epoch = 0;
  /// The newest message's sequence number, 0 where there is none.
  std::int64_t seq = 0;
  /// With their names of today, by id.
  std::vector<user> members;
  /// That of the activation before, 0 where there was none.
  std::int64_t previous_epoch = 0;
};

/// `stale_view` when `view` is not 0 and not the number of the present `cluster_view`. A store that
/// only one process can use ignores it.
struct activate_room {
  using result = activated_room;
  std::string room;
  std::int64_t view = 0;
};

/// A member that is one already is `done` as well; so is the removal of one who is not.
struct add_member {
  using result = done;
  std::string room;
  std::int64_t epoch = 0;
  std::string user_id;
};

struct remove_member {
  using result = done;
  std::string room;
  std::int64_t epoch = 0;
  std::string user_id;
};

/// Whether `epoch` is still that of the youngest activation: `fenced` when not.
struct check_epoch {
  using result = done;
  std::string room;
  std::int64_t epoch = 0;
};

struct appended {
  std::int64_t seq = 0;
  std::int64_t ts = 0;
  /// The log had a message of this user with this cid: `seq` and `ts` are that one's.
  bool duplicate = false;
  friend bool operator==(const appended&, const appended&) = default;
};

/// Gives a message the room's next sequence number and stores it, durably, with its cid.
struct append_message {
  using result = appended;
  std::string room;
  std::int64_t epoch = 0;
  user from;
  std::string text;
  std::string cid;
  std::int64_t ts = 0;
};

/// Which part of a log. Only `before`: the newest `limit` with seq < before. Only `after`: the
/// oldest `limit` with seq > after. Both: the oldest within. None: the newest `limit`.
struct page {
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  std::int64_t limit = 0;
};

template <class Message>
struct log_page {
  /// By ascending sequence number, whatever the direction.
  std::vector<Message> messages;
  /// The log has further ones in the direction of reading (towards older ones unless `after` is
  /// given).
  bool more = false;
};

struct read_room {
  using result = log_page<protocol::message>;
  std::string room;
  page part;
};

// -- conversations of two users -------------------------------------------------------------------

/// Gives a private message its conversation's next number and stores it, durably. The two users'
/// actors may do so at the same time: the store alone counts. It doesn't look whether there are the
/// users, whom their actors have loaded: no user is ever removed.
struct append_private {
  using result = appended;
  user from;
  user to;
  std::string text;
  std::string cid;
  std::int64_t ts = 0;
  /// The addressee has a session at this moment: the message does not wait, nor do those before it.
  bool delivered = false;
};

/// `private_message::with` is the other one as seen by `user_id`. `not_found`: no such other one.
struct read_private {
  using result = log_page<protocol::private_message>;
  std::string user_id;
  std::string with;
  page part;
};

struct stored_conversation {
  user with;
  std::int64_t seq = 0;
  /// What the user's sessions have been given; smaller than `seq` while messages wait.
  std::int64_t delivered = 0;
  friend bool operator==(const stored_conversation&, const stored_conversation&) = default;
};

/// The user's conversations, the one with the newest message first; without those with users who
/// are not there.
struct list_conversations {
  using result = std::vector<stored_conversation>;
  std::string user_id;
  std::int64_t limit = 0;
};

/// Messages up to `seq` wait no longer; never moves backwards.
struct mark_delivered {
  using result = done;
  std::string user_id;
  std::string with;
  std::int64_t seq = 0;
};

// -- the store itself -----------------------------------------------------------------------------

/// Succeeds when the store answers and can write.
struct check_store {
  using result = done;
};

using store_request = std::variant<
    find_session,
    create_user,
    delete_session,
    expire_sessions,
    load_user,
    rename_user,
    create_room,
    list_rooms,
    activate_room,
    add_member,
    remove_member,
    check_epoch,
    append_message,
    read_room,
    append_private,
    read_private,
    list_conversations,
    mark_delivered,
    check_store>;

using store_result = std::variant<
    store_error,
    done,
    user,
    ended_session,
    expired_sessions,
    loaded_user,
    std::vector<stored_room>,
    activated_room,
    appended,
    log_page<protocol::message>,
    log_page<protocol::private_message>,
    std::vector<stored_conversation>>;

} // namespace klatsch::persistence
