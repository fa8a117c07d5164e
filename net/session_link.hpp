#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <caf/actor_control_block.hpp>

#include "actors/connection.hpp"

namespace klatsch {
struct session_environment;
}

namespace klatsch::net {

class event_loop;

/// A connection's end of its session, an actor on the same thread. Hides the actors' types, which
/// cost every unit that sees them much time to compile.
class session_link {
 public:
  /// To no session.
  session_link() = default;

  /// Starts the session of a connection of this loop. On the loop's thread.
  session_link(
      event_loop& loop,
      const session_environment& environment,
      connection_ptr output,
      client_identity client);

  /// A whole message from the client. False when the session has `ended`.
  bool deliver(std::shared_ptr<const std::string> message) const;

  /// The session has ended by itself, by a failure.
  bool ended() const;

  /// The client has had time enough to open its session.
  void check_opened() const;

  /// The connection is gone. The session hears of it once, however often this is called, and lets
  /// go of the connection.
  void end();

 private:
  caf::strong_actor_ptr session_;
};

/// How long a client may take to open its session.
std::chrono::milliseconds time_to_open(const session_environment& environment);

/// Starts the actor in front of the loop's subscriptions, and tells the node's relay of it. Ends
/// by an exit message. From any thread.
caf::strong_actor_ptr start_hub(event_loop& loop, const session_environment& environment);

} // namespace klatsch::net
