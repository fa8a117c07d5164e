#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "persistence/requests.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

/// What a node says of itself to the others.
struct node_record {
  /// 1 to 64 of the characters A to Z, a to z, 0 to 9, _ and -.
  std::string id;
  /// Given by `acquire`: a younger process of the same id has a greater one.
  std::int64_t epoch = 0;
  /// "web", "ws", "worker"; at most `most_node_roles`, each as long as an id may be.
  std::vector<std::string> roles;
  /// Where other nodes reach it; at most `most_address_bytes` bytes.
  std::string address;
  std::int64_t port = 0;
  /// Versions of the node-to-node protocol that it speaks.
  std::int64_t oldest_protocol = 0;
  std::int64_t newest_protocol = 0;
  /// It is about to end, and takes nothing new.
  bool draining = false;
  /// What it serves, for operators.
  std::int64_t rooms = 0;
  std::int64_t users = 0;
  std::int64_t sessions = 0;
  /// Nodes of the view that it can't reach, `most_unreachable` at most.
  std::vector<std::string> unreachable;

  friend bool operator==(const node_record&, const node_record&) = default;
};

/// Bounds of a record; what is larger is neither written nor believed when it is read.
inline constexpr std::size_t most_node_roles = 8;
inline constexpr std::size_t most_address_bytes = 255;
constexpr std::size_t most_unreachable = 16;
/// Nodes in one table, each of which is connected to each other; a further one is answered
/// `unavailable`.
inline constexpr std::size_t most_nodes = 256;

/// The nodes whose leases are valid, as Redis saw them when it answered.
struct cluster_view {
  /// Grows when a node comes, goes, drains, has another epoch, role, address or protocol, or
  /// reaches other nodes than before; not when only what it serves changes.
  std::int64_t number = 0;
  /// By id.
  std::vector<node_record> nodes;

  /// Null where there is no such node.
  const node_record* find(std::string_view id) const;

  friend bool operator==(const cluster_view&, const cluster_view&) = default;
};

enum class lease_error : std::uint8_t {
  taken,       ///< another process has a live lease of this id: try again until it has run out
  lapsed,      ///< the lease has ended: what the node served may be served by others
  unavailable, ///< Redis can't be reached or failed, or the record is out of bounds; whether the
               ///< request was done is unknown
};

using lease_view = std::variant<lease_error, cluster_view>;

/// The nodes of the cluster, each with a lease that it must renew. One Redis decides, by its own
/// clock, who is in the cluster; so there is one view with one number, whatever the nodes' clocks
/// say.
///
/// The leases' clock stands still while nobody renews: after a pause of Redis, or of all nodes, the
/// leases are as long as they were before it, and nobody loses its rooms by it.
///
/// A table belongs to one thread at a time and may block it, up to twice the timeout of its
/// connection. Doesn't throw on a fault of Redis; comes back by itself when Redis does.
class lease_table {
 public:
  virtual ~lease_table() = default;

  /// Takes a lease for a new process of the node; `self.epoch` is ignored. The view has the own
  /// record, with the epoch that the further requests must name. `lease_ms`: 1 to 3,600,000.
  virtual lease_view acquire(const node_record& self, std::int64_t lease_ms) = 0;

  /// Prolongs the lease to `lease_ms` from now and tells the others what changed.
  virtual lease_view renew(const node_record& self, std::int64_t lease_ms) = 0;

  /// Ends the lease at once. `lapsed`: it had ended already.
  virtual std::variant<lease_error, done> release(std::string_view id, std::int64_t epoch) = 0;

  /// Ends the lease of a node whose process is known to be dead. Where the node has another epoch
  /// by now, or is gone, nothing is changed and the view answered.
  virtual lease_view expel(std::string_view id, std::int64_t epoch) = 0;
};

/// Connects on first use, and again whenever the connection is lost. Never throws. Uses a
/// connection of its own, so that a busy store does not delay a renewal.
std::unique_ptr<lease_table> make_redis_lease_table(const redis_options& options);

} // namespace klatsch::persistence
