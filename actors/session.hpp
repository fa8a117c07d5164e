#pragma once

#include "actors/connection.hpp"
#include "actors/hub.hpp"
#include "actors/interfaces.hpp"
#include "actors/session_options.hpp"

namespace klatsch {

/// What every session of a node works with. The object outlives the sessions.
struct session_environment {
  session_options options;
  directory_actor directory;
  store_actor store;
  relay_actor relay;
  metrics* counters;
};

struct session_state;

/// The session of one connection. Runs on the connection's thread, which is that of `local_hub`;
/// in unit tests both run on CAF's deterministic scheduler. Ends after `disconnected`, for which
/// the owner of the connection is responsible; lets go of the connection then.
session_actor::behavior_type session(
    session_actor::stateful_pointer<session_state> self,
    const session_environment* environment,
    hub_state* local_hub,
    connection_ptr output,
    client_identity client);

} // namespace klatsch
