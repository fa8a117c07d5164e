#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "persistence/store_host.hpp"

namespace klatsch::persistence {

/// The host's thread is whoever calls `run` and the rest.
class manual_host : public store_host {
 public:
  void post(std::function<void()> function) override {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(function));
  }

  bool watch(int, std::function<void()> on_readable, std::function<void()> on_silence) override {
    if (refuses) {
      ++refused;
      return false;
    }
    readable = std::move(on_readable);
    silence = std::move(on_silence);
    return watches = true;
  }
  void forget() override { watches = false; }
  void expect_within(std::chrono::milliseconds time) override { expected = time; }
  void expect_nothing() override { expected = std::chrono::milliseconds{0}; }

  /// Calls what was posted, until nothing is; true when there was something.
  bool run() {
    bool any = false;
    while (auto function = next()) {
      function();
      any = true;
    }
    return any;
  }

  /// Calls what is posted until the condition holds.
  template <class Condition>
  void run_until(Condition condition) {
    while (!condition())
      if (!run())
        std::this_thread::yield();
  }
  void await_watch() {
    run_until([this] { return watches.load(); });
  }

  bool refuses = false;
  int refused = 0;
  std::atomic<bool> watches = false;
  std::chrono::milliseconds expected{0};
  std::function<void()> readable;
  std::function<void()> silence;

 private:
  std::function<void()> next() {
    std::lock_guard lock(mutex_);
    if (posted_.empty())
      return {};
    auto first = std::move(posted_.front());
    posted_.pop_front();
    return first;
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> posted_;
};

} // namespace klatsch::persistence
