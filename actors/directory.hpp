#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/interfaces.hpp"
#include "actors/model_environment.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// Finds the one actor of a room or a user, and starts it on first use.
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
  template <class Handle>
  using handles = std::unordered_map<std::string, Handle>;

  caf::result<room_actor> find_room(const resolve_room& request);
  caf::result<user_actor> find_user(const resolve_user& request);
  void note_online(const room_online& report);
  std::vector<room_online> all_online() const;
  succeeded release(const release_room& request);
  succeeded release(const release_user& request);
  caf::result<succeeded> stop();

  void on_down(const caf::actor_addr& source);
  void forget_room(const caf::actor_addr& source, const std::string& room);
  bool is_sender(const caf::actor_addr& address) const;

  interface::pointer self_;
  const model_environment* environment_;
  handles<room_actor> rooms_;
  handles<user_actor> users_;
  std::unordered_map<std::string, std::int64_t> online_;
  /// Every actor that lives, released or not, and what it is the actor of.
  std::unordered_map<caf::actor_addr, std::string> alive_;
  bool stopping_ = false;
  std::vector<caf::typed_response_promise<succeeded>> when_stopped_;
};

} // namespace klatsch
