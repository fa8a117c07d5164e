#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include <caf/policy/unprofiled.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace klatsch {

/// Which thread of the scheduler runs which actor. A queue that all threads share, and for each
/// thread one place for an actor that was woken by the one that it runs: that one is next, on the
/// same thread. A message that goes from actor to actor so wakes one thread and not one for each
/// of them. The idea is that of Go's and Tokio's schedulers.
///
/// An actor that had its turn and still has messages waits in a queue of its own, from which every
/// other turn is taken: the relay gets messages of all rooms, and behind a thousand rooms that have
/// one each it would fall behind for ever.
///
/// The queues "ready actors" need no bound: an actor is in one of them, once at most.
class own_work_first : public caf::policy::unprofiled {
 public:
  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {}

    std::mutex mutex;
    std::condition_variable filled;
    std::deque<caf::resumable*> ready;
    /// Those that have had their turn and have more to do.
    std::deque<caf::resumable*> unfinished;
    bool unfinished_next = false;

    void add(std::deque<caf::resumable*> coordinator_data::*queue, caf::resumable* job) {
      {
        std::lock_guard guard{mutex};
        (this->*queue).push_back(job);
      }
      filled.notify_one();
    }

    /// The mutex is held, as for `take`.
    bool empty() const { return ready.empty() && unfinished.empty(); }

    caf::resumable* take() {
      const bool second = ready.empty() || (unfinished_next && !unfinished.empty());
      unfinished_next = !second;
      auto& from = second ? unfinished : ready;
      auto* job = from.front();
      from.pop_front();
      return job;
    }
  };

  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator*) {}

    caf::resumable* next = nullptr;
    int in_a_row = 0;
  };

  template <class Coordinator>
  void central_enqueue(Coordinator* self, caf::resumable* job) {
    d(self).add(&coordinator_data::ready, job);
  }

  template <class Worker>
  void external_enqueue(Worker* self, caf::resumable* job) {
    central_enqueue(self->parent(), job);
  }

  template <class Worker>
  void internal_enqueue(Worker* self, caf::resumable* job) {
    if (!d(self).next)
      d(self).next = job;
    else
      central_enqueue(self->parent(), job);
  }

  /// The actor has had its turn, and there is more in its mailbox.
  template <class Worker>
  void resume_job_later(Worker* self, caf::resumable* job) {
    d(self->parent()).add(&coordinator_data::unfinished, job);
  }

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    auto& own = d(self);
    if (own.next && own.in_a_row < most_in_a_row) {
      ++own.in_a_row;
      return std::exchange(own.next, nullptr);
    }
    own.in_a_row = 0;
    auto& shared = d(self->parent());
    std::unique_lock guard{shared.mutex};
    if (auto* waits = std::exchange(own.next, nullptr))
      shared.ready.push_back(waits);
    shared.filled.wait(guard, [&] { return !shared.empty(); });
    return shared.take();
  }

  template <class Worker>
  void before_shutdown(Worker* self) {
    if (auto* waits = std::exchange(d(self).next, nullptr))
      central_enqueue(self->parent(), waits);
  }

  template <class Worker, class Function>
  void foreach_resumable(Worker*, Function) {}

  template <class Coordinator, class Function>
  void foreach_central_resumable(Coordinator* self, Function function) {
    std::deque<caf::resumable*> left;
    {
      std::lock_guard guard{d(self).mutex};
      left.swap(d(self).ready);
      left.insert(left.end(), d(self).unfinished.begin(), d(self).unfinished.end());
      d(self).unfinished.clear();
    }
    for (auto* job : left)
      function(job);
  }

 private:
  /// Then others get their turn: two actors that wake each other would keep the thread for ever.
  static constexpr int most_in_a_row = 32;
};

} // namespace klatsch
