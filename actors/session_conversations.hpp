#pragma once

#include <string>
#include <unordered_map>

#include "actors/conversation.hpp"
#include "actors/counterpart.hpp"
#include "actors/interfaces.hpp"

namespace klatsch {

/// What a session knows of the private messages of its user.
struct session_conversations {
  /// Somebody to whom the client sends some.
  struct addressee : counterpart<user_actor> {
    /// It was lost, and has not been found again.
    bool looking = false;
    int failures = 0;
  };

  struct entry : conversation {
    using conversation::conversation;
    /// It waits for what was overtaken.
    bool waits = false;
    /// Missed messages are being read.
    bool reading = false;
    /// Something was missing while the user's actor was lost.
    bool gap_while_lost = false;
  };

  /// By their ids: who was written to lately.
  std::unordered_map<std::string, addressee> addressees;
  /// By the other user.
  std::unordered_map<std::string, entry> conversations;
  /// `read_what_is_missing` is due.
  bool reads_later = false;
};

} // namespace klatsch
