#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "persistence/fault_log.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

class store_host;

/// The thread that a store runs on. What waits in its queue is executed as one group, so that one
/// fsync or one round trip serves all senders (group commit). While it has a host, that thread
/// executes small groups as far as they need no blocking, and this one the rest: many requests at
/// once are better executed beside the host's other work.
///
/// The queue is called "store" in the metrics; it is bounded by `queue_requests`, and its policy is
/// to refuse. `submit` may be called from any thread; results are delivered in the order of
/// submission, on the thread that has executed the group.
class store_worker {
 public:
  using ticket = std::uint64_t;
  using completed = std::vector<std::pair<ticket, store_result>>;
  using receiver = std::function<void(completed)>;

  struct options {
    std::size_t queue_requests = 65536;
    std::size_t group_requests = 512;
    /// The largest group of a host, 0 for none. This thread gives up its turn after one of a
    /// quarter of that at most.
    std::size_t host_requests = 16;
  };

  store_worker(std::unique_ptr<store> backend, options opts, receiver deliver);

  /// Stops, as `stop` does.
  ~store_worker();

  store_worker(const store_worker&) = delete;
  store_worker& operator=(const store_worker&) = delete;

  /// False when the queue is full or the worker has been stopped; nothing happened then.
  bool submit(ticket id, store_request request);

  /// The same for several, whose tickets follow each other. How many of them there was room for:
  /// the rest, from there on, is refused.
  std::size_t submit(ticket first, std::span<const append_message> messages);

  /// Requests that wait, without those under execution.
  std::size_t queue_depth() const;

  /// From now on the host's thread takes part, and gives the results of its groups to `deliver`;
  /// nothing changes with a store that can't have a group under way without blocking. From any
  /// thread, once.
  void join(store_host& host, receiver deliver);

  /// The end of that: waits for the host's thread, and calls nothing of it any more. From another
  /// thread. Idempotent.
  void leave_host();

  /// Leaves the host, executes what waits, delivers it, and joins the thread. Idempotent.
  void stop();

 private:
  template <class Add>
  std::size_t submit_some(std::size_t requests, Add add);
  void run();
  bool can_hand_over() const;
  void take_group();
  completed end_group(std::vector<store_result> results);
  template <class Function>
  bool ends_well(Function call);
  template <class Function>
  std::vector<store_result> results_of(Function call);

  // On the host's thread.
  void run_on_host();
  template <class Function>
  execution_progress progress_of(Function call);
  bool take_on_host();
  void go_on(execution_progress progress);
  bool watch();
  void on_readable();
  void on_silence();
  void take_back();

  const std::unique_ptr<store> backend_;
  /// The same, where it is such a one.
  nonblocking_store* const nonblocking_;
  options options_;
  const receiver deliver_;
  receiver deliver_on_host_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::pair<ticket, store_request>> waiting_;
  bool stopping_ = false;
  store_host* host_ = nullptr;
  /// No hand-over any more.
  bool leaving_ = false;
  /// Whose turn it is to execute: the host's, or this thread's.
  bool on_host_ = false;

  // What follows, and the backend, belongs to whose turn it is.

  /// After this thread has executed a group: or the two would pass on what neither of them can.
  bool hand_over_is_due_ = true;
  fault_log faults_{"worker"};
  bool under_way_ = false;
  bool watched_ = false;
  std::vector<ticket> tickets_;
  std::vector<store_request> group_;

  std::thread thread_;
};

} // namespace klatsch::persistence
