#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace klatsch::bench {

/// What was wrong with the messages that members got.
struct faults {
  std::int64_t lost = 0;
  std::int64_t doubled = 0;
  std::int64_t reordered = 0;
  /// Came to somebody whom they were not for.
  std::int64_t foreign = 0;

  bool any() const { return lost + doubled + reordered + foreign != 0; }
  faults& operator+=(const faults& other);
};

/// "2 lost, 1 doubled"; empty where nothing was wrong.
std::string describe(const faults& what);

/// Whether one member gets every message of one room once and in each sender's order.
class delivery_checker {
 public:
  explicit delivery_checker(std::uint32_t senders = 1) : next_(senders, 0) {}

  void arrived(std::uint32_t sender, std::uint32_t number) {
    order_ = order_ * 0x9e3779b97f4a7c15 + (std::uint64_t{sender} << 32 | number) + 1;
    if (sender < next_.size() && number == next_[sender]) [[likely]]
      ++next_[sender];
    else
      unexpected(sender, number);
  }

  /// `sent`: how many messages each sender sent.
  faults found(const std::vector<std::uint32_t>& sent) const;

  /// Equal for two members (but for a chance of 1 in 2^64) who saw the same messages in the same
  /// order.
  std::uint64_t order() const { return order_; }

 private:
  void unexpected(std::uint32_t sender, std::uint32_t number);

  std::vector<std::uint32_t> next_;
  std::set<std::uint64_t> missing_;
  faults faults_;
  std::uint64_t order_ = 0;
};

} // namespace klatsch::bench
