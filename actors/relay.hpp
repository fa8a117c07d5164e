#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/interfaces.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// One per node. A room sends its events here once, however many sessions the node has.
class relay_state {
 public:
  using interface = relay_actor;
  static constexpr const char* name = "klatsch.relay";

  explicit relay_state(interface::pointer self);

  interface::behavior_type make_behavior();

 private:
  void add_hub(const hub_actor& hub) { hubs_.push_back(hub); }
  void spread(const room_events& events);
  void hand_out(room_frames run);
  void watch(const watch_room& watched);
  void on_down(const caf::actor_addr& source);

  interface::pointer self_;
  std::vector<hub_actor> hubs_;
  std::unordered_map<caf::actor_addr, std::string> watched_;
};

} // namespace klatsch
