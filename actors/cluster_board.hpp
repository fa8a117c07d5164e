#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "persistence/lease_table.hpp"

namespace klatsch {

/// The cluster as this node sees it, for operators and for the node's own readiness. Written by the
/// membership actor, read on any thread.
class cluster_board {
 public:
  enum class state : std::uint8_t {
    alone,    ///< this node is in no cluster
    starting, ///< it has no lease yet
    active,   ///< it serves
    cut_off,  ///< it does not reach the store or other nodes, and sends its clients away
    draining, ///< it is about to end
  };

  struct content {
    std::string self;
    state where = state::alone;
    persistence::cluster_view view;
    /// The other nodes that this one has a link to.
    std::vector<std::string> linked;
  };

  void set(content now) {
    const std::lock_guard lock{mutex_};
    content_ = std::move(now);
  }

  content get() const {
    const std::lock_guard lock{mutex_};
    return content_;
  }

 private:
  mutable std::mutex mutex_;
  content content_;
};

constexpr std::string_view name_of(cluster_board::state state) {
  switch (state) {
  case cluster_board::state::alone:
    return "alone";
  case cluster_board::state::starting:
    return "starting";
  case cluster_board::state::active:
    return "active";
  case cluster_board::state::cut_off:
    return "cut_off";
  case cluster_board::state::draining:
    return "draining";
  }
  return "unknown";
}

} // namespace klatsch
