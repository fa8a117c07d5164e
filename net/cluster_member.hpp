#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/cluster_board.hpp"
#include "actors/lease_keeper.hpp"
#include "actors/membership.hpp"
#include "net/node_transport.hpp"

namespace caf {
class actor_system;
class actor_system_config;
} // namespace caf

namespace klatsch::net {

/// This node's part in a cluster: its lease, its membership actor, its links. Used from one thread,
/// where nothing else is said. Outlives the actor system.
class cluster_member {
 public:
  struct options {
    persistence::node_record self;
    /// The prefix in the store.
    std::string cluster;
    std::chrono::milliseconds lease{2000};
    node_transport::options transport;
  };

  cluster_member(options given, std::unique_ptr<persistence::lease_table> table);
  ~cluster_member();

  enum class join_result { joined, interrupted, taken };

  /// Takes the lease, before the actor system is made. Tries again while the store can't be
  /// reached, and while an earlier process of this node still has a lease that runs out. `pause`
  /// waits for the given time, and is false when the node is to end. `taken`: another living
  /// process has this node's id.
  join_result join(const std::function<bool(std::chrono::milliseconds)>& pause);

  /// CAF tells processes apart by host, process id and a counter: the first two are the same for a
  /// container that was started again, the third is made different here. After `join`.
  void distinguish_process(const caf::actor_system_config& config) const;

  /// Other nodes can link to this one, and it takes rooms. Throws std::runtime_error when the port
  /// for other nodes can't be had. `counters` and the callback outlive the member.
  void start(
      caf::actor_system& system,
      const directory_actor& directory,
      metrics& counters,
      std::function<void()> send_clients_away);

  /// Others take over what this node serves.
  void drain();

  /// Ends the actor, the links and the lease.
  void stop();

  // From any thread:

  std::optional<std::string> why_not_ready() const;
  std::optional<std::string> why_no_sessions() const;
  std::string report() const;

 private:
  options options_;
  cluster_board board_;
  lease_keeper keeper_;
  membership_environment environment_;
  std::unique_ptr<node_transport> transport_;
  membership_actor membership_;
};

} // namespace klatsch::net
