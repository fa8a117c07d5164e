#include "actors/room_roster.hpp"

namespace klatsch {

void room_roster::add(const protocol::user& who) {
  members_.try_emplace(who.id, entry{who});
}

void room_roster::remove(const std::string& user_id) {
  std::vector<session_id> here;
  for (auto& [session, each] : sessions_)
    if (each.user_id == user_id)
      here.push_back(session);
  for (auto session : here)
    exit(session);
  members_.erase(user_id);
}

bool room_roster::rename(const protocol::user& who) {
  auto found = members_.find(who.id);
  if (found == members_.end())
    return false;
  found->second.who.name = who.name;
  return true;
}

const protocol::user* room_roster::find(const std::string& user_id) const {
  auto found = members_.find(user_id);
  return found == members_.end() ? nullptr : &found->second.who;
}

bool room_roster::enter(session_id session, const std::string& user_id, const relay_actor& relay) {
  auto& member = members_.at(user_id);
  if (!sessions_.try_emplace(session, presence{user_id, relay}).second)
    return false;
  ++relays_[relay];
  if (member.sessions++ != 0)
    return false;
  ++online_;
  return true;
}

const protocol::user* room_roster::exit(session_id session) {
  auto found = sessions_.find(session);
  if (found == sessions_.end())
    return nullptr;
  auto here = std::move(found->second);
  sessions_.erase(found);
  auto relay = relays_.find(here.relay);
  if (--relay->second == 0)
    relays_.erase(relay);
  auto& member = members_.at(here.user_id);
  if (--member.sessions != 0)
    return nullptr;
  --online_;
  return &member.who;
}

std::vector<protocol::user> room_roster::lose(const caf::actor_addr& relay) {
  std::vector<session_id> lost;
  for (auto& [session, each] : sessions_)
    if (each.relay.address() == relay)
      lost.push_back(session);
  std::vector<protocol::user> offline;
  for (auto session : lost)
    if (auto* who = exit(session))
      offline.push_back(*who);
  return offline;
}

std::vector<protocol::member> room_roster::list(std::size_t limit) const {
  std::vector<protocol::member> members;
  for (bool online : {true, false})
    for (auto& [id, each] : members_) {
      if (members.size() == limit)
        return members;
      if ((each.sessions != 0) == online)
        members.push_back({id, each.who.name, online});
    }
  return members;
}

std::vector<protocol::member> room_roster::list(const std::set<std::string>& user_ids) const {
  std::vector<protocol::member> members;
  for (auto& id : user_ids)
    if (auto found = members_.find(id); found != members_.end())
      members.push_back({id, found->second.who.name, found->second.sessions != 0});
  return members;
}

} // namespace klatsch
