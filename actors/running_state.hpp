#pragma once

#include <cassert>
#include <utility>

namespace klatsch {

/// The state whose actor has its turn on this thread, for tables of messages that all actors of a
/// class share. As long as it lives it is that of one turn.
template <class State>
class running_state {
 public:
  /// Null for an actor that has no state yet: its first turn makes it.
  explicit running_state(State* state) : before_(std::exchange(current_, state)) {}
  ~running_state() { current_ = before_; }
  running_state(const running_state&) = delete;
  running_state& operator=(const running_state&) = delete;

  static void set(State& state) { current_ = &state; }

  /// Only in a turn.
  static State& get() {
    assert(current_);
    return *current_;
  }

 private:
  static inline thread_local State* current_ = nullptr;

  State* before_;
};

} // namespace klatsch
