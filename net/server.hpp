#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "actors/metrics.hpp"
#include "net/server_options.hpp"

namespace caf {
class actor_system;
}

namespace klatsch {
struct running_store;
struct session_environment;
} // namespace klatsch

namespace klatsch::net {

/// The node's HTTP and WebSocket server: its listener, its Asio threads, the hub of each, the
/// sessions of all connections.
///
/// A node stops in this order: `stop` of the server, which ends sessions and hubs; then the
/// directory with its rooms and users, the relay, the store; then the actor system. The server
/// object itself may be destroyed before or after the others, but its `environment` and `counters`
/// outlive it, and so does the actor system.
class server {
 public:
  /// Binds, starts the threads and the hubs, and gives the hubs to the environment's relay. Nobody
  /// is served before `start`. Throws std::system_error when the address can't be had, and
  /// std::runtime_error when the web root can't be read.
  server(
      caf::actor_system& system,
      server_options options,
      server_callbacks callbacks,
      const session_environment& environment,
      metrics& counters);

  /// Calls `stop` with a short deadline, if nobody has.
  ~server();

  /// From now on the store is spoken to on the thread of the connections, where that can be done
  /// without blocking and there is one such thread only; until `stop`. Once.
  void host(const running_store& store);

  /// Begins to accept connections. Once.
  void start();

  /// The port that is listened on.
  std::uint16_t port() const;

  /// Whether all Asio threads and the actors' scheduler take up a task before `deadline`. From a
  /// thread that is none of them, and not after `stop`.
  bool responds(std::chrono::milliseconds deadline) const;

  /// Tells every WebSocket client to come back (`restarting`), each after a delay of its own; new
  /// ones are accepted. From any thread.
  void send_clients_away();

  /// The same, and accepts no more WebSockets and is not ready any more. Before `stop`, while what
  /// clients used moves to other nodes. From one thread that is not one of the server's.
  void drain();

  /// Accepts no more, is not ready any more, tells every WebSocket client to come back
  /// (`restarting`), waits until all connections are gone or `deadline` has passed, drops those
  /// that are left, and ends the threads with their actors. Blocks; from one thread that is not one
  /// of the server's. A second call does nothing.
  void stop(std::chrono::milliseconds deadline);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace klatsch::net
