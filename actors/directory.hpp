#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/actor_table.hpp"
#include "actors/directory_context.hpp"
#include "actors/interfaces.hpp"
#include "actors/model_environment.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// What the table of rooms needs to know of them. The prefixes keep a room and a user of the same
/// id from always being on the same node.
struct room_kind {
  using handle = room_actor;
  static inline const std::string key_prefix = "room/";
  static host_room host_request(const std::string& id) { return {id}; }
  static give_up_room give_up_request(const std::string& id) { return {id}; }
  static room_actor spawn(directory_context& context, const std::string& id);
};

struct user_kind {
  using handle = user_actor;
  static inline const std::string key_prefix = "user/";
  static host_user host_request(const std::string& id) { return {id}; }
  static give_up_user give_up_request(const std::string& id) { return {id}; }
  /// `made_as` as in resolve_user; who sent that is the session.
  static user_actor
  spawn(directory_context& context, const std::string& id, const std::string& made_as = {});
};

/// Finds the one actor of a room or a user in the cluster, and starts those that belong to this
/// node on first use.
///
/// An actor that wants to end asks for its release: from the answer on nobody is given its handle.
/// Who kept the handle gets an error from the dead actor, and asks again.
class directory_state {
 public:
  using interface = directory_actor;
  static constexpr const char* name = "klatsch.directory";

  directory_state(interface::pointer self, const model_environment* environment);

  interface::behavior_type make_behavior();

 private:
  struct online_answer;

  void note_online(const room_online& report);
  caf::result<std::vector<room_online>> online(const list_online& request);
  void online_here(const std::vector<std::string>& rooms, std::vector<room_online>& into) const;
  void on_view(const view_changed& view);
  void on_peer_found(const peer_found& peer);
  void on_peer_lost(const peer_lost& peer);
  caf::result<succeeded> when_empty();
  caf::result<succeeded> stop();
  void on_down(const caf::actor_addr& source);
  caf::actor_addr sender() const;

  interface::pointer self_;
  directory_context context_;
  actor_table<room_kind> rooms_;
  actor_table<user_kind> users_;
  std::unordered_map<std::string, std::int64_t> online_;
  std::vector<caf::typed_response_promise<succeeded>> when_empty_;
};

} // namespace klatsch
