#pragma once

#include <cassert>
#include <utility>

namespace klatsch {

/// Whose message is handled on this thread, for tables of messages that all actors of a class
/// share. An object of it is the handling of one message: while it lives, `get` returns the state.
/// Whoever is called by another actor in its turn, as subscribers are by the hub, uses `this`.
template <class State>
class running_state {
 public:
  explicit running_state(State& state) : before_(std::exchange(current_, &state)) {}
  ~running_state() { current_ = before_; }
  running_state(const running_state&) = delete;
  running_state& operator=(const running_state&) = delete;

  static State& get() {
    assert(current_);
    return *current_;
  }

 private:
  static inline thread_local State* current_ = nullptr;

  State* before_;
};

} // namespace klatsch
