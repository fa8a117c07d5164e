#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "protocol/codec.hpp"

namespace klatsch {

/// The answers to what came in one WebSocket message: sent together when the last one is there.
struct answer_group {
  bool batch = false;
  std::size_t missing = 0;
  std::vector<std::string> answers;
};

/// Where the answer to one request belongs.
struct answer_slot {
  protocol::request_id id;
  std::shared_ptr<answer_group> group;
  std::chrono::steady_clock::time_point since;
  /// Further requests of the group that are asked together with this one.
  std::vector<protocol::request_id> others = {};

  bool wanted() const { return !std::holds_alternative<std::monostate>(id); }

  /// That of the request at this place, of those that are asked together.
  answer_slot at(std::size_t index) const {
    return {index == 0 ? id : others[index - 1], group, since};
  }
};

} // namespace klatsch
