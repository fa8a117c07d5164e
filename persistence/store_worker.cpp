#include "persistence/store_worker.hpp"

#include <algorithm>
#include <exception>
#include <future>
#include <utility>

#include "persistence/store_host.hpp"

namespace klatsch::persistence {

/// Answers for a backend that breaks its promise not to throw: that ends its group, and no thread.
template <class Function>
bool store_worker::ends_well(Function call) {
  try {
    call();
    return true;
  } catch (const std::exception& e) {
    faults_.down(e.what());
  } catch (...) {
    faults_.down("an unknown exception");
  }
  return false;
}

template <class Function>
std::vector<store_result> store_worker::results_of(Function call) {
  std::vector<store_result> results;
  if (ends_well([&] { results = call(); })) {
    if (results.size() == group_.size()) {
      faults_.up();
      return results;
    }
    faults_.down("the number of results is not that of the requests");
  }
  results.assign(group_.size(), store_error::unavailable);
  return results;
}

template <class Function>
execution_progress store_worker::progress_of(Function call) {
  auto progress = execution_progress::complete;
  if (!ends_well([&] { progress = call(); }))
    nonblocking_->give_up();
  return progress;
}

store_worker::store_worker(std::unique_ptr<store> backend, options opts, receiver deliver)
    : backend_(std::move(backend)), nonblocking_(dynamic_cast<nonblocking_store*>(backend_.get())),
      options_(opts), deliver_(std::move(deliver)) {
  options_.group_requests = std::max<std::size_t>(options_.group_requests, 1);
  thread_ = std::thread([this] { run(); });
}

store_worker::~store_worker() {
  stop();
}

bool store_worker::submit(ticket id, store_request request) {
  const auto add = [&](std::size_t) { waiting_.emplace_back(id, std::move(request)); };
  return submit_some(1, add) == 1;
}

std::size_t store_worker::submit(ticket first, std::span<const append_message> messages) {
  const auto add = [&](std::size_t i) { waiting_.emplace_back(first + i, messages[i]); };
  return submit_some(messages.size(), add);
}

/// `add(i)` puts one into the queue.
template <class Add>
std::size_t store_worker::submit_some(std::size_t requests, Add add) {
  std::unique_lock lock(mutex_);
  const bool was_empty = waiting_.empty();
  const auto places = options_.queue_requests - std::min(options_.queue_requests, waiting_.size());
  const auto taken = stopping_ ? 0 : std::min(requests, places);
  for (std::size_t i = 0; i < taken; ++i)
    add(i);
  // Whoever made the queue non-empty has said so; who executes takes all that has come since.
  if (!was_empty || taken == 0)
    return taken;
  if (on_host_) {
    // With the lock, so that nothing is posted after `leave_host`.
    host_->post([this] { run_on_host(); });
    return taken;
  }
  lock.unlock();
  wake_.notify_one();
  return taken;
}

std::size_t store_worker::queue_depth() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

void store_worker::join(store_host& host, receiver deliver) {
  if (!nonblocking_ || options_.host_requests == 0)
    return;
  {
    std::lock_guard lock(mutex_);
    host_ = &host;
    deliver_on_host_ = std::move(deliver);
  }
  wake_.notify_one();
}

void store_worker::leave_host() {
  auto left = std::make_shared<std::promise<void>>();
  {
    std::lock_guard lock(mutex_);
    if (!host_ || std::exchange(leaving_, true))
      return;
    host_->post([this, left] {
      {
        std::lock_guard lock(mutex_);
        if (on_host_)
          take_back();
      }
      // What the host's thread has posted to itself may come after what others post.
      host_->post([left] { left->set_value(); });
    });
  }
  left->get_future().wait();
}

void store_worker::stop() {
  leave_host();
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void store_worker::run() {
  for (;;) {
    bool begun = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] {
        return !on_host_ && (under_way_ || stopping_ || !waiting_.empty() || can_hand_over());
      });
      begun = under_way_;
      if (!begun && can_hand_over()) {
        on_host_ = true;
        host_->post([this] { run_on_host(); });
        continue;
      }
      if (!begun && waiting_.empty())
        return;
      if (!begun)
        take_group();
      hand_over_is_due_ = group_.size() <= std::max<std::size_t>(options_.host_requests / 4, 1);
    }
    deliver_(end_group(
        results_of([&] { return begun ? nonblocking_->finish() : backend_->execute(group_); })));
  }
}

bool store_worker::can_hand_over() const {
  return hand_over_is_due_ && !leaving_ && host_ && nonblocking_->is_connected();
}

/// What is beyond the group stays in the queue, so that the queue's bound and depth hold.
void store_worker::take_group() {
  for (; !waiting_.empty() && group_.size() < options_.group_requests; waiting_.pop_front()) {
    tickets_.push_back(waiting_.front().first);
    group_.push_back(std::move(waiting_.front().second));
  }
  under_way_ = true;
}

store_worker::completed store_worker::end_group(std::vector<store_result> results) {
  completed answers;
  answers.reserve(group_.size());
  for (std::size_t i = 0; i < group_.size(); ++i)
    answers.emplace_back(tickets_[i], std::move(results[i]));
  tickets_.clear();
  group_.clear();
  under_way_ = false;
  return answers;
}

void store_worker::run_on_host() {
  if (take_on_host())
    go_on(progress_of([this] { return nonblocking_->begin(group_); }));
}

/// False when there is nothing that the host could do now.
bool store_worker::take_on_host() {
  std::lock_guard lock(mutex_);
  if (!on_host_ || under_way_)
    return false;
  if (!nonblocking_->is_connected() || waiting_.size() > options_.host_requests || !watch()) {
    take_back();
    return false;
  }
  if (waiting_.empty())
    return false;
  take_group();
  return true;
}

void store_worker::go_on(execution_progress progress) {
  while (progress == execution_progress::complete) {
    host_->expect_nothing();
    // Before the next group is begun: it may be this thread's turn then, which delivers itself.
    deliver_on_host_(end_group(results_of([this] { return nonblocking_->finish(); })));
    if (!take_on_host())
      return;
    progress = progress_of([this] { return nonblocking_->begin(group_); });
  }
  if (progress == execution_progress::waits)
    return host_->expect_within(nonblocking_->longest_silence());
  std::lock_guard lock(mutex_);
  take_back();
}

bool store_worker::watch() {
  if (!watched_)
    watched_ = host_->watch(
        nonblocking_->descriptor(), [this] { on_readable(); }, [this] { on_silence(); });
  return watched_;
}

void store_worker::on_readable() {
  const auto progress = progress_of([this] { return nonblocking_->advance(); });
  if (under_way_)
    go_on(progress);
  else
    run_on_host();
}

void store_worker::on_silence() {
  nonblocking_->give_up();
  go_on(execution_progress::complete);
}

/// From the host, with what is under way.
void store_worker::take_back() {
  if (std::exchange(watched_, false))
    host_->forget();
  on_host_ = false;
  hand_over_is_due_ = false;
  wake_.notify_one();
}

} // namespace klatsch::persistence
