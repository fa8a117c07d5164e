#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace klatsch {

/// What an operator can set about sessions; main.cpp fills it from the configuration.
struct session_options {
  /// Requests a second of one session, and at once. Rate 0: no limit.
  std::int64_t rate = 50;
  std::int64_t burst = 200;
  /// So many requests that are refused for their rate, less those that are served, end the
  /// connection with `flooding`.
  std::int64_t flood_refusals = 1000;
  /// Requests of one session that wait for their answers; further ones wait in TCP.
  std::size_t requests_in_flight = 64;
  /// What a resume may put into the outbox at once; what is beyond is not recovered, and the client
  /// loads it page by page. Both well below the bounds of the outbox.
  std::size_t resume_bytes = 1024 * 1024;
  std::size_t resume_frames = 2048;
  /// Time for a request from one actor to another.
  std::chrono::milliseconds request_timeout{5000};
  /// Time from the connection to session.open.
  std::chrono::milliseconds open_timeout{10000};
  /// How long a login token lives after its last use.
  std::chrono::milliseconds token_lifetime{30LL * 24 * 3600 * 1000};
  /// Rooms that one user may be a member of.
  std::size_t user_rooms = 200;
  std::string main_room = "room";
  bool anyone_creates_rooms = true;
};

} // namespace klatsch
