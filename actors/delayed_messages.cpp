#include "actors/delayed_messages.hpp"

#include <algorithm>
#include <utility>

namespace klatsch {

void delayed_messages::add(clock::time_point due, delayed added) {
  const clock::time_point rounded = std::chrono::ceil<granularity>(due);
  {
    std::lock_guard guard{mutex_};
    // One after the other: which side of a comparison is evaluated first is the compiler's choice.
    const auto place = waiting_.emplace(rounded, std::move(added));
    if (place != waiting_.begin())
      return;
  }
  sooner_.notify_one();
}

std::vector<delayed_messages::delayed> delayed_messages::wait_due(clock::time_point until) {
  std::unique_lock guard{mutex_};
  const auto next = [&] {
    return waiting_.empty() ? until : std::min(until, waiting_.begin()->first);
  };
  while (!stopped_ && clock::now() < next())
    sooner_.wait_until(guard, next());
  std::vector<delayed> due;
  const auto end = waiting_.upper_bound(clock::now());
  for (auto each = waiting_.begin(); each != end; ++each)
    due.push_back(std::move(each->second));
  waiting_.erase(waiting_.begin(), end);
  return due;
}

void delayed_messages::stop() {
  {
    std::lock_guard guard{mutex_};
    stopped_ = true;
  }
  sooner_.notify_one();
}

bool delayed_messages::stopped() const {
  std::lock_guard guard{mutex_};
  return stopped_;
}

} // namespace klatsch
