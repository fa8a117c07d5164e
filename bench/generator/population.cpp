#include "bench/generator/population.hpp"

#include <ctime>
#include <stdexcept>
#include <unistd.h>

#include "bench/generator/monotonic_clock.hpp"

namespace klatsch::bench {

std::string make_run_name() {
  static int counter = 0;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::to_string(now.tv_sec) + "p" + std::to_string(getpid()) + "n" +
         std::to_string(counter++);
}

population::population(
    event_loop& loop,
    const peer_protocol& protocol,
    const std::vector<endpoint>& servers,
    const shape& wanted)
    : loop_(loop), shape_(wanted) {
  const auto run = make_run_name();
  for (std::uint32_t room = 0; room < shape_.rooms; ++room) {
    rooms_.push_back("bench" + run + "r" + std::to_string(room));
    for (std::uint32_t i = 0; i < shape_.members_per_room; ++i) {
      auto number = static_cast<std::uint32_t>(members_.size());
      auto server = i % servers.size();
      if (shape_.senders_apart)
        server = i < shape_.senders_per_room ? servers.size() - 1 : 0;
      members_.emplace_back(
          loop, protocol, servers[server], run,
          member::place{number, room, shape_.senders_per_room});
    }
  }
}

void population::observe_with(member::observer& who) {
  for (auto& each : members_)
    each.observe_with(who);
}

void population::settle(std::int64_t longest_us) {
  observe_with(*this);
  begun_us_.resize(members_.size());
  std::vector<member*> first;
  std::vector<member*> others;
  for (auto& each : members_)
    (&each == &of(each.room(), 0) ? first : others).push_back(&each);
  settle_phase(first, true, longest_us);
  settle_phase(others, false, longest_us);
}

void population::settle_phase(
    const std::vector<member*>& who, bool first, std::int64_t longest_us) {
  auto end_us = now_us() + longest_us;
  first_ = first;
  settled_ = 0;
  for (std::size_t next = 0; settled_ < who.size();) {
    while (next < who.size() && under_way_ < shape_.at_once) {
      ++under_way_;
      begun_us_[who[next]->number()] = now_us();
      who[next++]->connect();
    }
    loop_.turn(100'000);
    if (now_us() > end_us)
      throw std::runtime_error(
          "only " + std::to_string(settled_) + " of " + std::to_string(who.size()) +
          " members joined in time");
  }
}

void population::on_ready(member& who) {
  if (shape_.joins)
    who.join(room_name(who.room()), first_);
  else
    on_joined(who);
}

void population::on_joined(member& who) {
  settling_us_.add(static_cast<std::uint64_t>(now_us() - begun_us_[who.number()]));
  --under_way_;
  ++settled_;
}

} // namespace klatsch::bench
