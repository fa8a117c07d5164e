#define CAF_SUITE flush_pacers
#include "test/unit/suite.hpp"

#include "net/flush_pacer.hpp"

using namespace klatsch::net;
using namespace std::chrono_literals;

namespace {

constexpr flush_pacer::clock::time_point start{100s};

} // namespace

CAF_TEST(what is first written leaves at once) {
  CAF_CHECK(flush_pacer{20ms}.earliest() < start);
}

CAF_TEST(after a short write nothing waits) {
  flush_pacer pacer{20ms};
  pacer.on_flushed(start, start + 99us);
  CAF_CHECK(pacer.earliest() == start + 99us);
}

CAF_TEST(after a long write the next one rests twice as long) {
  flush_pacer pacer{20ms};
  pacer.on_flushed(start, start + 3ms);
  CAF_CHECK(pacer.earliest() == start + 9ms);
}

CAF_TEST(a rest has a bound) {
  flush_pacer pacer{20ms};
  pacer.on_flushed(start, start + 500ms);
  CAF_CHECK(pacer.earliest() == start + 520ms);
}

CAF_TEST(without a delay nothing ever waits) {
  flush_pacer pacer{0ms};
  pacer.on_flushed(start, start + 500ms);
  CAF_CHECK(pacer.earliest() == start + 500ms);
}
