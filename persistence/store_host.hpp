#pragma once

#include <chrono>
#include <functional>

namespace klatsch::persistence {

/// A thread that waits for many things and has the time to wait for a store's connection too, so
/// that no other thread is woken for it; see `store_worker::join`.
class store_host {
 public:
  virtual ~store_host() = default;

  /// Has the thread call it, in the order of the calls of one thread. From any thread.
  virtual void post(std::function<void()> function) = 0;

  // The following is for the host's thread.

  /// Calls `on_readable` whenever the descriptor is, until `forget`; it may be closed before that.
  /// False when that can't be had.
  virtual bool
  watch(int descriptor, std::function<void()> on_readable, std::function<void()> on_silence) = 0;
  virtual void forget() = 0;

  /// `on_silence` is to be called when so long has passed, unless this is called again, or
  /// `expect_nothing`.
  virtual void expect_within(std::chrono::milliseconds time) = 0;
  virtual void expect_nothing() = 0;
};

} // namespace klatsch::persistence
