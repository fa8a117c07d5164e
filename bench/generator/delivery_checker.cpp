#include "bench/generator/delivery_checker.hpp"

#include <utility>

namespace klatsch::bench {

namespace {

/// A number that far ahead is no loss but nonsense; to remember all in between would take memory
/// without bound.
constexpr std::uint32_t largest_gap = 1'000'000;

std::uint64_t key(std::uint32_t sender, std::uint32_t number) {
  return std::uint64_t{sender} << 32 | number;
}

} // namespace

faults& faults::operator+=(const faults& other) {
  lost += other.lost;
  doubled += other.doubled;
  reordered += other.reordered;
  foreign += other.foreign;
  return *this;
}

std::string describe(const faults& what) {
  std::string text;
  auto say = [&](std::int64_t count, const char* name) {
    if (count != 0)
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  };
  say(what.lost, "lost");
  say(what.doubled, "doubled");
  say(what.reordered, "reordered");
  say(what.foreign, "foreign");
  return text;
}

void delivery_checker::unexpected(std::uint32_t sender, std::uint32_t number) {
  if (sender >= next_.size()) {
    ++faults_.foreign;
    return;
  }
  auto& next = next_[sender];
  if (number < next) {
    // What was passed over and comes now was not lost but overtaken.
    if (missing_.erase(key(sender, number)) != 0)
      ++faults_.reordered;
    else
      ++faults_.doubled;
    return;
  }
  if (number - next > largest_gap) {
    ++faults_.foreign;
    return;
  }
  for (; next < number; ++next)
    missing_.insert(key(sender, next));
  ++next;
}

faults delivery_checker::found(const std::vector<std::uint32_t>& sent) const {
  auto result = faults_;
  result.lost += static_cast<std::int64_t>(missing_.size());
  for (std::size_t sender = 0; sender < next_.size(); ++sender) {
    if (sender < sent.size() && next_[sender] < sent[sender])
      result.lost += sent[sender] - next_[sender];
    else if (sender < sent.size() && next_[sender] > sent[sender])
      result.foreign += next_[sender] - sent[sender];
  }
  return result;
}

} // namespace klatsch::bench
