#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "actors/interfaces.hpp"
#include "actors/metrics.hpp"

namespace klatsch {

/// What an operator can set about rooms and users; main.cpp fills it from the configuration.
struct model_options {
  std::chrono::milliseconds request_timeout{5000};
  /// A room or user that nobody uses for so long ends its actor.
  std::chrono::milliseconds room_idle_timeout{300000};
  std::chrono::milliseconds user_idle_timeout{300000};
  std::size_t room_members = 100000;
  /// Messages of one room that wait for the store; further ones are refused as `overloaded`.
  std::size_t appends_in_flight = 8192;
  /// The newest messages that a room keeps in memory, for joins and resumes.
  std::size_t tail_messages = 128;
  /// In a room with more members, nobody is told of everybody's coming and going: all get counts.
  std::size_t presence_members = 200;
  std::chrono::milliseconds count_interval{1000};
  /// So long comings and goings in a smaller room wait for more of them, or for a message; while
  /// they keep coming, up to count_interval.
  std::chrono::milliseconds presence_interval{0};
  std::string node_id = "node-1";
  /// Other nodes may serve rooms and users too; who serves what comes by `view_changed`.
  bool clustered = false;
  /// For another node to end what this one is about to serve.
  std::chrono::milliseconds hand_over_timeout{500};
};

/// What every room and user actor of a node works with. Outlives them.
struct model_environment {
  model_options options;
  store_actor store;
  /// Set after the directory has been spawned, before it is asked anything.
  directory_actor directory;
  metrics* counters = nullptr;
};

} // namespace klatsch
