#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace klatsch {

/// What the membership actor asks of whoever keeps this node's lease. Thread-safe, doesn't block.
class lease_control {
 public:
  virtual ~lease_control() = default;

  /// What the next renewal tells the others.
  virtual void set_load(std::int64_t rooms, std::int64_t users, std::int64_t sessions) = 0;
  /// The others are told at once what has changed.
  virtual void set_unreachable(std::vector<std::string> nodes) = 0;
  virtual void set_roles(std::vector<std::string> roles) = 0;
  /// Renew soon: the view is perhaps another one.
  virtual void hurry() = 0;
  /// That process is known to be dead: its lease is ended.
  virtual void expel(std::string id, std::int64_t epoch) = 0;
};

} // namespace klatsch
