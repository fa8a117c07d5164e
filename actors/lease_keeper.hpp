#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "actors/lease_control.hpp"
#include "persistence/lease_table.hpp"

namespace klatsch {

/// The thread that keeps this node's lease: it renews four times in the lease's length, and takes a
/// new one when it has lapsed. Its own thread and its own connection, so that nothing delays it.
class lease_keeper final : public lease_control {
 public:
  using report = std::function<void(persistence::lease_view)>;

  lease_keeper(
      std::unique_ptr<persistence::lease_table> table,
      persistence::node_record self,
      std::chrono::milliseconds lease);
  ~lease_keeper() override;
  lease_keeper(const lease_keeper&) = delete;
  lease_keeper& operator=(const lease_keeper&) = delete;

  /// One attempt to take the lease, on the caller's thread, before `start`.
  persistence::lease_view acquire();

  /// Starts the thread. `done` is called on it with each answer of the store: a view,
  /// `unavailable`, or `lapsed`, after which the next view has a new epoch of this node.
  void start(report done);

  // From any thread:

  std::int64_t epoch() const;

  void set_load(std::int64_t rooms, std::int64_t users, std::int64_t sessions) override;
  void set_unreachable(std::vector<std::string> nodes) override;
  void set_roles(std::vector<std::string> roles) override;
  void hurry() override;
  void expel(std::string id, std::int64_t epoch) override;

  /// Tells the others at once that this node is about to end.
  void drain();

  /// Gives the lease back, and ends the thread. Waits for both.
  void stop();

 private:
  struct dead_node {
    std::string id;
    std::int64_t epoch;
  };

  void run();
  /// Makes the change, and renews soon, so that the others hear of it.
  template <class Change>
  void tell_soon(Change change);
  persistence::lease_view renew_or_acquire(const persistence::node_record& self);
  void adopt(const persistence::lease_view& answer);

  const std::unique_ptr<persistence::lease_table> table_;
  const std::chrono::milliseconds lease_;
  report report_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  persistence::node_record self_;
  std::vector<dead_node> dead_;
  bool hurry_ = false;
  bool stopping_ = false;
  /// There is a lease to renew.
  bool held_ = false;
  std::thread thread_;
};

} // namespace klatsch
