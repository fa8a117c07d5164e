#pragma once

#include <caf/actor_system_config.hpp>

#include "config/settings.hpp"

namespace klatsch::config {

/// The configuration of CAF and of klatsch. Filled by `load`; outlives the `caf::actor_system`.
///
/// Its constructor registers the options of klatsch with CAF, and makes the settings of CAF that
/// klatsch depends on (the sharing scheduler, bounded turns of an actor, heartbeats between nodes).
/// CAF's own options can be set in the configuration file and on the command line too.
class system_config : public caf::actor_system_config {
 public:
  system_config();

  const settings& values() const { return values_; }

  /// For `load`, and for tests that need other settings.
  settings& values() { return values_; }

  /// Every option that may stand in a file or on the command line.
  const caf::config_option_set& options() const { return custom_options_; }

 private:
  settings values_;
};

} // namespace klatsch::config
