#pragma once

#include "net/connection_slots.hpp"
#include "net/routes.hpp"
#include "net/server_options.hpp"

namespace klatsch {
struct session_environment;
}

namespace klatsch::net {

/// What all connections of a node work with. Outlives them.
struct connection_context {
  const server_options& options;
  routes& site;
  const session_environment& environment;
  const connection_slots& slots;
};

} // namespace klatsch::net
