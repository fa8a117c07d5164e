#include "bench/scenarios/all_scenarios.hpp"

namespace klatsch::bench {

const std::vector<scenario_kind>& all_scenarios() {
  static const std::vector<scenario_kind> table = {
      {"fan-out", "messages to all members of rooms, at saturation and at given rates",
       make_fan_out},
      {"cluster", "the same with a sender in each room at each of the servers", make_cluster},
      {"private", "users in pairs write to each other", make_private_pairs},
      {"connect", "handshake, a new user's session and joining a room", make_connect},
      {"idle", "memory of joined connections on which nothing happens", make_idle},
      {"history", "members read the newest page of their room again and again", make_history},
      {"resume", "all members leave, miss messages, and come back at once", make_resume_storm},
      {"presence", "everybody joins one room at the same moment", make_presence_storm},
      {"sends", "acknowledged messages in batches, one sender in each room",
       make_acknowledged_sends},
  };
  return table;
}

} // namespace klatsch::bench
