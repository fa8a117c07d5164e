#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "actors/answer.hpp"

namespace klatsch {

/// What becomes of a request to a room when the user turns out to be no member of it.
enum class when_no_member {
  /// It can't be done.
  refuse,
  /// It wants to leave, and has succeeded.
  succeed,
  /// It wants to come in, and what the client has sent after it waits for that.
  join,
};

/// A session's requests to one room or user that are not answered yet, in the order in which the
/// client sent them. When the actor is lost, because its node died or another node serves it now,
/// they are sent again, in this order, to the next one: each may be done twice without harm, by its
/// cid or by its nature. Bounded by the session's limit of requests in flight.
template <class Handle>
class unanswered_requests {
 public:
  using clock = std::chrono::steady_clock;

  struct request {
    std::int64_t number;
    answer_slot slot;
    std::function<void(const Handle&)> send;
    /// By the actor's clock.
    clock::time_point since;
    when_no_member otherwise;
    /// To which actor it was sent; see `send_all`.
    std::int64_t sent_in = 0;
  };

  void add(request added) { requests_.push_back(std::move(added)); }

  bool empty() const { return requests_.empty(); }

  /// Whether it was still unanswered; it is no longer.
  bool take(std::int64_t number) {
    auto found = std::ranges::find(requests_, number, &request::number);
    if (found == requests_.end())
      return false;
    requests_.erase(found);
    return true;
  }

  /// Sends what this actor, number `generation` from 1 on, has not been sent yet.
  void send_all(const Handle& to, std::int64_t generation) {
    for (auto& each : requests_)
      if (std::exchange(each.sent_in, generation) != generation)
        each.send(to);
  }

  /// The actor did not take it.
  void take_back(std::int64_t number) {
    if (auto found = std::ranges::find(requests_, number, &request::number);
        found != requests_.end())
      found->sent_in = 0;
  }

  /// Those that came before `since`.
  std::vector<request> take_older(clock::time_point since) {
    std::vector<request> old;
    std::erase_if(requests_, [&](request& each) {
      const bool is_old = each.since < since;
      if (is_old)
        old.push_back(std::move(each));
      return is_old;
    });
    return old;
  }

  std::vector<request> take_all() { return std::exchange(requests_, {}); }

 private:
  std::vector<request> requests_;
};

} // namespace klatsch
