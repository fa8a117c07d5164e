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

class session_state;

/// The session of one connection. Runs on the connection's thread, which is that of `hub`; in unit
/// tests both run on CAF's deterministic scheduler. Ends after `disconnected`, for which the owner
/// of the connection is responsible; lets go of the connection then.
///
/// `self` is any actor of the session's interface, such as one on an Asio thread, and owns the
/// returned behaviour and with it the state.
session_actor::behavior_type session(
    session_actor::pointer self,
    const session_environment* environment,
    hub_table* hub,
    connection_ptr output,
    client_identity client);

} // namespace klatsch
