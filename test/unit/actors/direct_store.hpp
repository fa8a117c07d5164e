#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "actors/interfaces.hpp"
#include "persistence/store.hpp"

namespace klatsch {

/// What a test does to the store.
struct store_faults {
  /// Everything fails, nothing is done.
  bool down = false;
  /// Appends are done, and their answer is lost.
  bool lose_answers = false;
  /// Requests for which it is true wait in `held`, until the store gets `store_completions`.
  std::function<bool(const persistence::store_request&)> hold;
  std::deque<std::function<void()>> held;
  /// The number of the cluster's view, for stores that know none; 0: every view is the present one.
  std::int64_t present_view = 0;
  /// How often a room has asked for messages to be stored.
  int append_requests = 0;
  /// Answers in place of the store: a replica that took over.
  persistence::store* replica = nullptr;
};

/// The store actor on the test's own thread: a real store without the worker, so that CAF's
/// deterministic scheduler sees every step. Both outlive the actor.
store_actor
spawn_direct_store(caf::actor_system& system, persistence::store* backend, store_faults* faults);

} // namespace klatsch
