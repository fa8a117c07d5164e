#include "persistence/store_worker.hpp"

#include <algorithm>
#include <exception>

#include "persistence/fault_log.hpp"

namespace klatsch::persistence {

namespace {

/// Executes a group, and answers for a backend that breaks its promise not to throw.
std::vector<store_result>
execute_safely(store& backend, std::span<const store_request> group, fault_log& faults) {
  const char* reason = nullptr;
  std::vector<store_result> results;
  try {
    results = backend.execute(group);
    if (results.size() == group.size()) {
      faults.up();
      return results;
    }
    reason = "the number of results is not that of the requests";
  } catch (const std::exception& e) {
    faults.down(e.what());
  } catch (...) {
    reason = "an unknown exception";
  }
  if (reason)
    faults.down(reason);
  results.assign(group.size(), store_error::unavailable);
  return results;
}

} // namespace

store_worker::store_worker(
    std::unique_ptr<store> backend, options opts, std::function<void(completed)> deliver)
    : backend_(std::move(backend)), options_(opts), deliver_(std::move(deliver)) {
  options_.group_requests = std::max<std::size_t>(options_.group_requests, 1);
  thread_ = std::thread([this] { run(); });
}

store_worker::~store_worker() {
  stop();
}

bool store_worker::submit(ticket id, store_request request) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= options_.queue_requests)
      return false;
    waiting_.emplace_back(id, std::move(request));
    // Whoever made the queue non-empty has woken the worker; it takes all that has come since.
    if (waiting_.size() > 1)
      return true;
  }
  wake_.notify_one();
  return true;
}

std::size_t store_worker::queue_depth() const {
  std::lock_guard lock(mutex_);
  return waiting_.size();
}

void store_worker::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void store_worker::run() {
  fault_log faults("worker");
  std::vector<ticket> tickets;
  std::vector<store_request> group;
  for (;;) {
    tickets.clear();
    group.clear();
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty())
        return;
      // What is beyond the group stays in the queue, so that the queue's bound and depth hold.
      for (; !waiting_.empty() && group.size() < options_.group_requests; waiting_.pop_front()) {
        tickets.push_back(waiting_.front().first);
        group.push_back(std::move(waiting_.front().second));
      }
    }
    auto results = execute_safely(*backend_, group, faults);
    completed answers;
    answers.reserve(group.size());
    for (std::size_t i = 0; i < group.size(); ++i)
      answers.emplace_back(tickets[i], std::move(results[i]));
    deliver_(std::move(answers));
  }
}

} // namespace klatsch::persistence
