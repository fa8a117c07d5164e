#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace klatsch::persistence {

/// Says in the log when a store goes down and when it is back, once per change of state, however
/// many requests fail meanwhile. For one thread.
class fault_log {
 public:
  /// `store` names the store in the log lines.
  explicit fault_log(std::string store);

  void up();
  void down(std::string_view reason);
  bool is_down() const { return down_; }

  /// The store works, but something in it is not ours or is damaged. The same `what` is logged
  /// again only after ten seconds, so that a client that asks again and again can't fill the log.
  void damaged(std::string_view what);

 private:
  using clock = std::chrono::steady_clock;

  std::string store_;
  bool down_ = false;
  std::string last_damage_;
  clock::time_point last_damage_at_;
};

} // namespace klatsch::persistence
