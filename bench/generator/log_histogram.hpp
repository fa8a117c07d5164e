#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace klatsch::bench {

/// Counts values in buckets whose width grows with the value, so that percentiles are right to 3 %
/// from a microsecond to hours, in constant memory.
class log_histogram {
 public:
  void add(std::uint64_t value);
  void clear();

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  /// The value that this share (0 to 1) of all values doesn't exceed; 0 where there are none.
  std::uint64_t percentile(double share) const;

 private:
  static constexpr unsigned sub_bits = 5;
  static constexpr std::size_t buckets = (64 - sub_bits + 1) << sub_bits;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t last_value_of(std::size_t bucket);

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

} // namespace klatsch::bench
