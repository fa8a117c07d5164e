#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include <caf/typed_event_based_actor.hpp>

#include "actors/interfaces.hpp"
#include "actors/model_environment.hpp"
#include "actors/placement.hpp"

namespace klatsch {

/// What a directory and its tables of rooms and users know of the cluster.
struct directory_context {
  directory_actor::pointer self;
  const model_environment* environment;
  placement places;
  /// The view that `places` was made of; 0 where there is no cluster.
  std::int64_t view = 0;
  std::unordered_map<std::string, directory_actor> peers;
  bool stopping = false;

  const std::string& own_id() const { return environment->options.node_id; }
};

} // namespace klatsch
