#pragma once

#include "actors/connection.hpp"
#include "actors/interfaces.hpp"
#include "actors/session.hpp"
#include "net/event_loop.hpp"

namespace klatsch::net {

/// Starts the session of a connection of this loop. On the loop's thread.
session_actor spawn_session(
    event_loop& loop,
    const session_environment& environment,
    connection_ptr output,
    client_identity client);

/// Starts the actor in front of the loop's table of subscriptions. From any thread.
hub_actor spawn_hub(event_loop& loop);

} // namespace klatsch::net
