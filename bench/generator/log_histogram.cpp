#include "bench/generator/log_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace klatsch::bench {

std::size_t log_histogram::bucket_of(std::uint64_t value) {
  if (value < (1u << sub_bits))
    return value;
  auto exponent = static_cast<unsigned>(std::bit_width(value)) - 1;
  auto shift = exponent - sub_bits;
  return ((shift + 1) << sub_bits) + ((value >> shift) - (1u << sub_bits));
}

std::uint64_t log_histogram::last_value_of(std::size_t bucket) {
  if (bucket < (1u << sub_bits))
    return bucket;
  auto shift = (bucket >> sub_bits) - 1;
  auto base = (bucket & ((1u << sub_bits) - 1)) + (1u << sub_bits);
  return ((std::uint64_t{base} + 1) << shift) - 1;
}

void log_histogram::add(std::uint64_t value) {
  ++counts_[bucket_of(value)];
  ++count_;
  max_ = std::max(max_, value);
}

void log_histogram::clear() {
  *this = log_histogram{};
}

std::uint64_t log_histogram::percentile(double share) const {
  if (count_ == 0)
    return 0;
  auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted)
      return std::min(last_value_of(bucket), max_);
  }
  return max_;
}

} // namespace klatsch::bench
