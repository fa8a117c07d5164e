#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
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
    std::int64_t number = 0;
    answer_slot slot;
    std::function<void(const Handle&)> send;
    /// By the actor's clock.
    clock::time_point since;
    when_no_member otherwise = when_no_member::refuse;
    /// To which actor it was sent; see `send_all`.
    std::int64_t sent_in = 0;
  };

  void add(request added) { requests_.push_back(std::move(added)); }

  bool empty() const { return waiting().empty(); }

  /// Whether it was still unanswered; it is no longer.
  bool take(std::int64_t number) {
    auto list = waiting();
    auto found = std::ranges::find(list, number, &request::number);
    if (found == list.end())
      return false;
    if (found == list.begin())
      release_first();
    else
      requests_.erase(requests_.begin() + (&*found - requests_.data()));
    return true;
  }

  /// Sends what this actor, number `generation` from 1 on, has not been sent yet.
  void send_all(const Handle& to, std::int64_t generation) {
    for (auto& each : waiting())
      if (std::exchange(each.sent_in, generation) != generation)
        each.send(to);
  }

  /// The actor did not take it.
  void take_back(std::int64_t number) {
    auto list = waiting();
    if (auto found = std::ranges::find(list, number, &request::number); found != list.end())
      found->sent_in = 0;
  }

  /// Those that came before `since`.
  std::vector<request> take_older(clock::time_point since) {
    std::vector<request> old;
    compact();
    std::erase_if(requests_, [&](request& each) {
      const bool is_old = each.since < since;
      if (is_old)
        old.push_back(std::move(each));
      return is_old;
    });
    return old;
  }

  std::vector<request> take_all() {
    compact();
    return std::exchange(requests_, {});
  }

 private:
  std::span<request> waiting() { return std::span{requests_}.subspan(first_); }
  std::span<const request> waiting() const { return std::span{requests_}.subspan(first_); }

  /// As a rule the first is answered first: the others stay in their places then, until there are
  /// as many before them.
  void release_first() {
    requests_[first_++] = {};
    if (first_ * 2 >= requests_.size())
      compact();
  }

  void compact() {
    requests_.erase(requests_.begin(), requests_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }

  /// What stands before `first_` is answered.
  std::vector<request> requests_;
  std::size_t first_ = 0;
};

} // namespace klatsch
