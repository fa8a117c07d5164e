#define CAF_SUITE flush_pacers
#include "test/unit/suite.hpp"

#include "net/flush_pacer.hpp"

using namespace klatsch::net;
using namespace std::chrono_literals;

namespace {

constexpr flush_pacer::clock::time_point start{100s};

} // namespace

CAF_TEST(what is first written leaves at once) {
  CAF_CHECK(flush_pacer{20ms}.next_look(start, true) == start);
}

CAF_TEST(after a short write nothing waits) {
  flush_pacer pacer{20ms};
  pacer.on_flushed(start, start + 99us);
  CAF_CHECK(pacer.next_look(start + 99us, true) == start + 99us);
}

CAF_TEST(after a long write the next one rests while more comes and at most as long) {
  flush_pacer pacer{20ms};
  pacer.on_flushed(start, start + 4ms);
  CAF_CHECK(pacer.next_look(start + 4ms, true) == start + 4500us);
  CAF_CHECK(pacer.next_look(start + 5ms, true) == start + 5500us);
  CAF_CHECK(pacer.next_look(start + 7700us, true) == start + 8ms);
  CAF_CHECK(pacer.next_look(start + 8ms, true) == start + 8ms);
}

CAF_TEST(when nothing more has come a rest is over) {
  flush_pacer pacer{20ms};
  pacer.on_flushed(start, start + 4ms);
  CAF_CHECK(pacer.next_look(start + 5ms, false) == start + 5ms);
}

CAF_TEST(a rest has a bound) {
  flush_pacer pacer{20ms};
  pacer.on_flushed(start, start + 500ms);
  CAF_CHECK(pacer.next_look(start + 500ms, true) == start + 502500us);
  CAF_CHECK(pacer.next_look(start + 519ms, true) == start + 520ms);
  CAF_CHECK(pacer.next_look(start + 520ms, true) == start + 520ms);
}

CAF_TEST(without a delay nothing ever waits) {
  flush_pacer pacer{0ms};
  pacer.on_flushed(start, start + 500ms);
  CAF_CHECK(pacer.next_look(start + 500ms, true) == start + 500ms);
}
