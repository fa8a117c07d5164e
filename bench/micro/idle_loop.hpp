#pragma once

#include <chrono>
#include <memory>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/metrics.hpp"
#include "actors/scheduler.hpp"
#include "net/event_loop.hpp"

namespace klatsch::micro {

/// An event loop without its thread: whoever measures takes the turns.
struct idle_loop {
  idle_loop() { config.load<scheduler>(); }

  caf::actor_system_config config;
  caf::actor_system system{config};
  metrics counters;
  std::shared_ptr<net::event_loop> loop = std::make_shared<net::event_loop>(
      system, counters, net::event_loop_options{.tick = std::chrono::seconds{1}});
};

} // namespace klatsch::micro
