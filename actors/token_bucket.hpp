#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace klatsch {

/// Lets `burst` through at once and `rate` a second in the long run; rate 0 lets everything
/// through.
class token_bucket {
 public:
  using clock = std::chrono::steady_clock;

  token_bucket(std::int64_t rate, std::int64_t burst)
      : rate_(static_cast<double>(rate)),
        burst_(static_cast<double>(std::max<std::int64_t>(burst, 1))), tokens_(burst_) {}

  /// Takes one. Otherwise the time until there is one again, in milliseconds, at least 1.
  std::int64_t take(clock::time_point now) {
    if (rate_ <= 0)
      return 0;
    const std::chrono::duration<double> passed = now - last_;
    last_ = now;
    tokens_ = std::min(burst_, tokens_ + std::max(0.0, passed.count()) * rate_);
    if (tokens_ >= 1) {
      tokens_ -= 1;
      return 0;
    }
    return static_cast<std::int64_t>((1 - tokens_) / rate_ * 1000) + 1;
  }

 private:
  double rate_;
  double burst_;
  double tokens_;
  clock::time_point last_ = clock::now();
};

} // namespace klatsch
