#pragma once

#include <cstdint>

#include <caf/actor_addr.hpp>

#include "actors/unanswered_requests.hpp"

namespace klatsch {

/// An actor that a session asks for its client, and what that has not answered yet.
template <class Handle>
struct counterpart {
  /// Null while it is lost: then it is looked for.
  Handle handle;
  /// The last one, which perhaps still has what it was asked.
  caf::actor_addr last;
  /// Tells that one from those before.
  std::int64_t generation = 0;
  unanswered_requests<Handle> requests;

  /// Asks it what the ones before have not answered.
  void find(const Handle& found) {
    handle = found;
    if (last != found.address())
      ++generation;
    last = found.address();
    requests.send_all(handle, generation);
  }

  /// The actor is gone, or what was under way to it: found again, it is asked everything again.
  void forget_last() { last = caf::actor_addr{}; }
};

} // namespace klatsch
