#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/resume_budget.hpp"
#include "actors/session_state.hpp"

namespace klatsch {

/// What a session knows until it is open: who comes; and of a session.open under way, who asked,
/// what has been found so far, and what has to wait for it.
struct session_state::opening {
  // These two outlive an attempt that failed.
  std::optional<std::string> cookie_token;
  /// The user that this session has made, who has been in no room yet.
  std::string newcomer;

  answer_slot slot;
  protocol::session_open request;
  protocol::session_open_result result;
  /// Attempts to find the user's actor.
  int failures = 0;
  /// Rooms that have not answered yet.
  std::size_t rooms_missing = 0;
  /// Of the rooms and conversations that are recovered, each in order.
  std::vector<protocol::message> missed;
  std::vector<protocol::private_message> missed_private;
  std::unique_ptr<resume_budget> budget;
  /// Requests that came after session.open, before its answer.
  std::vector<std::pair<protocol::any_request, answer_slot>> deferred;
  /// Rooms that the user joined meanwhile on another device.
  std::vector<membership_changed> joined;
  /// Private messages that came meanwhile.
  std::vector<protocol::private_message> early;
  /// The user's actor wants missed private messages to be looked for once more.
  bool look_again = false;
};

} // namespace klatsch
