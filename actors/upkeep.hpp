#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/interfaces.hpp"
#include "actors/model_environment.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

using probe_atom = caf::atom_constant<caf::atom("probe")>;
using seed_atom = caf::atom_constant<caf::atom("seed")>;
using expire_atom = caf::atom_constant<caf::atom("expire")>;

/// What others may ask about the node from any thread.
struct node_health {
  /// The store answered its last probe, and the default rooms are there.
  std::atomic<bool> ready = false;
};

/// One per node: makes the default rooms, asks the store how it is, and ends the sessions of tokens
/// that have expired.
class upkeep_state {
 public:
  using interface = caf::typed_actor<
      caf::reacts_to<probe_atom>,
      caf::reacts_to<seed_atom>,
      caf::reacts_to<expire_atom>>;
  static constexpr const char* name = "klatsch.upkeep";

  upkeep_state(
      interface::pointer self,
      const model_environment* environment,
      std::vector<persistence::stored_room> default_rooms,
      node_health* health);

  interface::behavior_type make_behavior();

 private:
  void seed();
  void probe();
  void expire();
  void set_ready(bool store_answers);

  interface::pointer self_;
  const model_environment* environment_;
  std::vector<persistence::stored_room> default_rooms_;
  std::size_t seeded_ = 0;
  node_health* health_;
};

} // namespace klatsch
