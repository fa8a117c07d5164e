#pragma once

#include <cassert>
#include <cstddef>
#include <thread>
#include <utility>

#include <boost/container/static_vector.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/resumable.hpp>
#include <caf/scoped_execution_unit.hpp>

namespace klatsch {

/// Runs the actors of a thread of ours, and on the same thread, right after it, those of the
/// scheduler that one of them has woken: to wake another thread costs more than most messages. At
/// most so many as the thread takes; others run where the scheduler finds a thread. Its own threads
/// do the same with one, see own_work_first.
///
/// For one thread: unlike those of CAF it may be used only there, and while it `run`s.
class inline_execution final : public caf::scoped_execution_unit {
 public:
  /// What an event loop takes: a session that is opened, or ends, wakes two actors in one turn.
  static constexpr std::size_t of_event_loop = 2;

  /// At most `takes` woken actors wait for their turn here, `of_event_loop` or less.
  inline_execution(caf::actor_system* system, std::size_t takes)
      : scoped_execution_unit(system), takes_(takes) {}

  /// For the actors that run on this.
  void exec_later(caf::resumable* woken) override {
    assert(!running_ || std::this_thread::get_id() == thread_);
    if (running_ && waiting_.size() < takes_)
      waiting_.push_back(woken);
    else
      scoped_execution_unit::exec_later(woken);
  }

  /// The actor's own result.
  caf::resumable::resume_result run(caf::resumable& actor, std::size_t messages) {
    auto result = caf::resumable::done;
    run_what_wakes([&] { result = actor.resume(this, messages); });
    return result;
  }

  /// Calls it, and runs the actors that it wakes by `exec_later`, and what those wake.
  template <class Function>
  void run_what_wakes(Function function) {
    running_ = true;
    thread_ = std::this_thread::get_id();
    function();
    for (int in_a_row = 0; !waiting_.empty() && in_a_row < most_in_a_row; ++in_a_row)
      run_woken(take_first());
    running_ = false;
    while (!waiting_.empty())
      scoped_execution_unit::exec_later(take_first());
  }

 private:
  /// Two actors that wake each other would keep the thread for ever.
  static constexpr int most_in_a_row = 8;
  /// The rest of a long mailbox is the scheduler's.
  static constexpr std::size_t messages_per_turn = 30;

  caf::resumable* take_first() {
    auto* first = waiting_.front();
    waiting_.erase(waiting_.begin());
    return first;
  }

  void run_woken(caf::resumable* job) {
    if (job->resume(this, messages_per_turn) == caf::resumable::resume_later)
      scoped_execution_unit::exec_later(job);
    else
      caf::intrusive_ptr_release(job);
  }

  const std::size_t takes_;
  bool running_ = false;
  std::thread::id thread_;
  boost::container::static_vector<caf::resumable*, of_event_loop> waiting_;
};

} // namespace klatsch
