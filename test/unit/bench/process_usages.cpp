#define CAF_SUITE process_usages
#include "test/unit/suite.hpp"

#include <stdexcept>
#include <unistd.h>

#include "bench/generator/process_usage.hpp"

using namespace klatsch::bench;

namespace {

template <class Work>
bool fails(Work&& work) {
  try {
    static_cast<void>(work());
    return false;
  } catch (const std::runtime_error&) {
    return true;
  }
}

} // namespace

CAF_TEST(processor time is read behind any name of a program) {
  CAF_CHECK_EQUAL(sysconf(_SC_CLK_TCK), 100);
  CAF_CHECK_EQUAL(
      processor_us_of("12 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1"), 3'000'000);
  CAF_CHECK(fails([] { return processor_us_of("12 nothing"); }));
}

CAF_TEST(interrupts and idle time are no work of the machine) {
  CAF_CHECK_EQUAL(
      machine_processor_us_of("cpu  100 20 30 9000 500 7 8 50 0 0\ncpu0 1 2 3"), 2'000'000);
  CAF_CHECK(fails([] { return machine_processor_us_of("intr 5"); }));
}

CAF_TEST(a process that is gone is an error and not thrifty) {
  // No process has the number of a thread that can't be.
  process_usage gone{{1 << 30}};
  CAF_CHECK(fails([&] { return gone.processor_us(); }));
  CAF_CHECK(fails([&] { return gone.proportional_kib(); }));
}

CAF_TEST(this process uses memory and processor time) {
  process_usage own{{getpid()}};
  CAF_CHECK(own.known());
  CAF_CHECK(own.proportional_kib() > 100);
  CAF_CHECK(own_processor_us() > 0);
}
