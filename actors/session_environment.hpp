#pragma once

#include "actors/interfaces.hpp"
#include "actors/session_options.hpp"

namespace klatsch {

class metrics;

/// What every session of a node works with. The object outlives the sessions.
struct session_environment {
  session_options options;
  directory_actor directory;
  store_actor store;
  relay_actor relay;
  metrics* counters;
};

} // namespace klatsch
