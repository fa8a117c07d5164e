#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bench/generator/log_histogram.hpp"
#include "bench/generator/member.hpp"

namespace klatsch::bench {

/// All members of a run and their rooms, and how they get there.
class population final : private member::observer {
 public:
  struct shape {
    std::uint32_t rooms = 1;
    std::uint32_t members_per_room = 1;
    std::uint32_t senders_per_room = 1;
    /// Connections that are set up at the same time.
    std::uint32_t at_once = 64;
    bool joins = true;
    /// The first of each room, the senders, are at the last server, all others at the first;
    /// otherwise the members of each room are dealt to the servers in turn.
    bool senders_apart = false;
  };

  population(
      event_loop& loop,
      const peer_protocol& protocol,
      const std::vector<endpoint>& servers,
      const shape& wanted);

  /// Connects all that aren't and has them join their rooms, the first of each room before the
  /// others; throws where that doesn't succeed in time.
  void settle(std::int64_t longest_us);
  /// From connecting to having joined, of each member.
  const log_histogram& settling_us() const { return settling_us_; }

  std::deque<member>& members() { return members_; }
  member& of(std::uint32_t room, std::uint32_t index) {
    return members_[std::size_t{room} * shape_.members_per_room + index];
  }
  const std::string& room_name(std::uint32_t room) const { return rooms_[room]; }
  const shape& wanted() const { return shape_; }
  void observe_with(member::observer& who);

 private:
  void settle_phase(const std::vector<member*>& who, bool first, std::int64_t longest_us);
  void on_ready(member& who) override;
  void on_joined(member& who) override;

  event_loop& loop_;
  shape shape_;
  std::vector<std::string> rooms_;
  std::deque<member> members_;
  bool first_ = false;
  std::uint32_t under_way_ = 0;
  std::size_t settled_ = 0;
  /// When each member began to connect.
  std::vector<std::int64_t> begun_us_;
  log_histogram settling_us_;
};

/// Unlike that of any other run, of letters and digits.
std::string make_run_name();

} // namespace klatsch::bench
