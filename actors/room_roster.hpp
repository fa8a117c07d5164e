#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/interfaces.hpp"

namespace klatsch {

/// Who is a member of a room, who of them is here with which sessions, and the relays of the nodes
/// that those sessions are on.
class room_roster {
 public:
  void add(const protocol::user& who);
  void remove(const std::string& user_id);
  bool contains(const std::string& user_id) const { return members_.contains(user_id); }
  std::size_t size() const { return members_.size(); }
  /// False when there is no such member.
  bool rename(const protocol::user& who);
  const protocol::user* find(const std::string& user_id) const;

  /// True when the member was offline before. A session that is here already changes nothing.
  bool enter(session_id session, const std::string& user_id, const relay_actor& relay);

  /// The user who went offline by it, if any. A session that isn't here changes nothing.
  const protocol::user* exit(session_id session);

  /// All sessions of a node are gone; those who went offline by it.
  std::vector<protocol::user> lose(const caf::actor_addr& relay);

  std::size_t online() const { return online_; }
  bool nobody_here() const { return sessions_.empty(); }

  /// Where events go, with the number of sessions behind each.
  const std::unordered_map<relay_actor, std::size_t>& relays() const { return relays_; }

  /// At most `limit` members, those online first.
  std::vector<protocol::member> list(std::size_t limit) const;
  /// Those of them that are members.
  std::vector<protocol::member> list(const std::set<std::string>& user_ids) const;

 private:
  struct entry {
    protocol::user who;
    std::size_t sessions = 0;
  };
  struct presence {
    std::string user_id;
    relay_actor relay;
  };

  std::unordered_map<std::string, entry> members_;
  std::unordered_map<session_id, presence> sessions_;
  std::unordered_map<relay_actor, std::size_t> relays_;
  std::size_t online_ = 0;
};

} // namespace klatsch
