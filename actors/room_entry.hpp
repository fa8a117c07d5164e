#pragma once

#include <algorithm>
#include <cstdint>

#include "actors/counterpart.hpp"
#include "actors/interfaces.hpp"

namespace klatsch {

/// What a session knows of a room of its user. `handle` is the room's actor, once it has let the
/// session in.
struct room_entry : counterpart<room_actor> {
  /// While its answer is awaited: the actor that may have let the session in already.
  room_actor asked;
  /// Waits for the room's answer to an attach or a join.
  bool attaching = false;
  /// Tells the answer that is awaited from those to earlier requests.
  std::int64_t request = 0;
  int failures = 0;
  /// Where there is no subscription: what the client has of the room; -1: nothing, and it wants
  /// nothing from before.
  std::int64_t after = -1;
  /// After this number something was missing last time.
  std::int64_t gap_after = -1;
  /// The subscription was lost at a moment when it could not be made again.
  bool interrupted = false;
  /// The client takes its user to be out, having been told so, or nothing of the room: it begins
  /// anew with the answer to a join, or when it is told that the user has come in.
  bool out = false;
  /// The user is perhaps out by another device, which the client is to be told then.
  bool tell_left = false;
  /// The user has left; the event that ends the subscription is on its way.
  bool left = false;

  /// The client, who took its user to be out, gets the answer to a join before there is a
  /// subscription again: it has everything up to `seq`.
  void begin_anew(std::int64_t seq) {
    out = false;
    left = false;
    after = std::max(after, seq);
    // The answer may be older than the leaving.
    tell_left = true;
  }
};

} // namespace klatsch
