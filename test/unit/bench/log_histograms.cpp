#define CAF_SUITE log_histograms
#include "test/unit/suite.hpp"

#include "bench/generator/log_histogram.hpp"

using namespace klatsch::bench;

CAF_TEST(a histogram of nothing is zero everywhere) {
  log_histogram empty;
  CAF_CHECK_EQUAL(empty.percentile(0.5), 0u);
  CAF_CHECK_EQUAL(empty.max(), 0u);
}

CAF_TEST(small values are exact) {
  log_histogram values;
  for (std::uint64_t value = 0; value < 20; ++value)
    values.add(value);
  CAF_CHECK_EQUAL(values.percentile(0.5), 9u);
  CAF_CHECK_EQUAL(values.percentile(1), 19u);
}

CAF_TEST(percentiles are never too small and at most 4 percent too large) {
  for (std::uint64_t value : {33ull, 100ull, 1023ull, 1024ull, 65537ull, 9999999ull, 1ull << 40}) {
    log_histogram values;
    for (int i = 0; i < 99; ++i)
      values.add(value);
    values.add(value * 3);
    CAF_CHECK(values.percentile(0.99) >= value);
    CAF_CHECK(values.percentile(0.99) <= value + value / 25);
    CAF_CHECK_EQUAL(values.max(), value * 3);
    CAF_CHECK_EQUAL(values.percentile(1), value * 3);
  }
}

CAF_TEST(the largest value fits) {
  log_histogram values;
  values.add(~0ull);
  CAF_CHECK_EQUAL(values.percentile(0.5), ~0ull);
}
