#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "persistence/store.hpp"

namespace klatsch::persistence {

/// The thread that a store runs on. What waits in its queue is executed as one group, so that one
/// fsync or one round trip serves all senders (group commit).
///
/// The queue is called "store" in the metrics; it is bounded by `queue_requests`, and its policy is
/// to refuse. `submit` may be called from any thread; `deliver` is called on the worker's thread,
/// in the order of submission.
class store_worker {
 public:
  using ticket = std::uint64_t;
  using completed = std::vector<std::pair<ticket, store_result>>;

  struct options {
    std::size_t queue_requests = 65536;
    std::size_t group_requests = 512;
  };

  store_worker(
      std::unique_ptr<store> backend, options opts, std::function<void(completed)> deliver);

  /// Stops, as `stop` does.
  ~store_worker();

  store_worker(const store_worker&) = delete;
  store_worker& operator=(const store_worker&) = delete;

  /// False when the queue is full or the worker has been stopped; nothing happened then.
  bool submit(ticket id, store_request request);

  /// Requests that wait, without those under execution.
  std::size_t queue_depth() const;

  /// Executes what waits, delivers it, and joins the thread. Idempotent.
  void stop();

 private:
  void run();

  std::unique_ptr<store> backend_;
  options options_;
  std::function<void(completed)> deliver_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::pair<ticket, store_request>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace klatsch::persistence
