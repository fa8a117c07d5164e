#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/error.hpp>

#include "actors/error.hpp"

namespace klatsch {

/// Requests under way to actors that may be on other nodes. CAF answers none that was under way
/// when the link to the node was lost: without this each would wait for its whole timeout.
class watched_requests {
 public:
  using failure = std::function<void(const caf::error&)>;

  /// A number for `take`.
  std::int64_t add(caf::actor_addr receiver, failure failed) {
    requests_.push_back({++last_number_, std::move(receiver), std::move(failed)});
    return last_number_;
  }

  /// Whether its answer was still awaited; it is no longer.
  bool take(std::int64_t number) {
    return std::erase_if(requests_, [&](auto& each) { return each.number == number; }) != 0;
  }

  /// The receiver is gone. What it has not answered fails, in order; more may be added meanwhile.
  void lose(const caf::actor_addr& receiver) {
    const auto lost = std::stable_partition(
        requests_.begin(), requests_.end(), [&](auto& each) { return each.receiver != receiver; });
    std::vector<request> failed{
        std::make_move_iterator(lost), std::make_move_iterator(requests_.end())};
    requests_.erase(lost, requests_.end());
    for (auto& each : failed)
      each.failed(make_error(protocol::error_code::room_unavailable));
  }

  void clear() { requests_.clear(); }

 private:
  struct request {
    std::int64_t number;
    caf::actor_addr receiver;
    failure failed;
  };

  std::vector<request> requests_;
  std::int64_t last_number_ = 0;
};

} // namespace klatsch
