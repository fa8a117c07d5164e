#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "actors/interfaces.hpp"

namespace caf {
class actor_system;
}

namespace klatsch::net {

/// Connects nodes by CAF's remoting over TLS. Attempts to connect are made on a thread of its own:
/// CAF's would block until TCP gives up, and with them every link that is there.
class node_transport {
 public:
  struct options {
    /// An IP address of this machine.
    std::string listen;
    std::uint16_t port = 0;
    /// For one attempt to connect.
    std::chrono::milliseconds timeout{1000};
  };

  node_transport(caf::actor_system& system, options given);
  ~node_transport();
  node_transport(const node_transport&) = delete;
  node_transport& operator=(const node_transport&) = delete;

  /// Other nodes reach this actor from now on. Throws std::runtime_error when the port can't be
  /// had.
  void publish(const membership_actor& membership);

  /// Whether anybody listens there, and where `connect` is true its membership actor: `receiver`
  /// gets a `dial_report` in any case. From any thread; doesn't block.
  void dial(const persistence::node_record& node, bool connect, const membership_actor& receiver);

  /// Ends all proxies of actors on that actor's node, as when its last connection is lost. From any
  /// thread; doesn't block.
  void forget_actors(const membership_actor& of);

  /// Ends the thread, and with it what is still being tried. Once; by the destructor if by nobody
  /// else.
  void stop();

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace klatsch::net
