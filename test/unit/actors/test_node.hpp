#pragma once

#include <caf/actor_system.hpp>

#include "actors/hub.hpp"
#include "actors/metrics.hpp"
#include "actors/model_environment.hpp"
#include "actors/session_environment.hpp"
#include "persistence/store.hpp"
#include "test/unit/actors/direct_store.hpp"
#include "test/unit/actors/recorder.hpp"

namespace klatsch {

/// The parts of a node, as `main.cpp` composes them, on CAF's deterministic scheduler: the store's
/// actor, the directory, the relay, one hub.
struct test_node {
  /// `model.options` are set before. The backend outlives the parts.
  void start(caf::actor_system& system, persistence::store& backend);

  session_actor spawn_session(
      caf::actor_system& system, std::shared_ptr<recorder> connection, client_identity identity);

  /// After the sessions; then those of `end_parts`, each when all before it has run.
  void stop_rooms_and_users();
  void end_parts();
  /// The environments hold handles of actors that hold nothing of ours any more.
  void forget_parts();

  metrics counters;
  store_faults faults;
  store_actor store;
  model_environment model;
  session_environment sessions;
  hub_table table{counters, 8};
  hub_actor hub_handle;
};

} // namespace klatsch
