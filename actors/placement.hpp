#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/messages.hpp"

namespace klatsch {

/// Which worker node serves which room or user: rendezvous hashing (Thaler and Ravishankar, 1998).
/// Each node has a score for each key, and the greatest wins: when a node comes or goes, only the
/// keys that it wins or has won move, and all nodes that know the same view agree.
class placement {
 public:
  /// Replaces what was known. Nodes that drain serve nothing new, but may still be asked to give
  /// up what they serve.
  void set(const std::vector<placed_node>& workers);

  /// The id of the key's node; empty where there is no worker.
  std::string_view owner(std::string_view key) const;

  /// Who may have served the key before the last changes: the draining nodes that would win it, and
  /// the `runners_up` next ones after the owner. Nodes that came since the view before the last are
  /// not told apart; if three came at once, the store's epochs alone keep the order.
  std::vector<std::string> predecessors(std::string_view key) const;

  bool empty() const { return nodes_.empty(); }

 private:
  static constexpr std::size_t runners_up = 2;

  struct node {
    std::string id;
    bool draining = false;
    /// Of the keyed hash: made of the node's id, so that each node has scores of its own.
    std::array<unsigned char, 16> hash_key{};
  };

  struct ranked {
    std::uint64_t score;
    const node* who;
  };

  static std::uint64_t score(const node& candidate, std::string_view key);
  const node* winner(std::string_view key) const;

  std::vector<node> nodes_;
};

} // namespace klatsch
