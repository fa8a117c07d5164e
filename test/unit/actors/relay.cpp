#define CAF_SUITE relay
#include "test/unit/suite.hpp"

#include <numeric>

#include "actors/actor_from_state.hpp"
#include "actors/relay.hpp"
#include "test/unit/actors/client_fixture.hpp"

using namespace klatsch;

namespace {

struct relay_fixture : test_coordinator_fixture<test_config> {
  relay_actor relay = spawn_state<relay_state>(sys);
  std::vector<room_frames> handed_out;

  relay_fixture() {
    caf::anon_send(relay, sys.spawn([this](hub_actor::pointer) -> hub_actor::behavior_type {
      return {
          [this](const room_frames& frames) { handed_out.push_back(frames); },
          [](const room_lost&) {},
      };
    }));
  }

  ~relay_fixture() { caf::anon_send_exit(relay, caf::exit_reason::user_shutdown); }

  void tell(std::vector<event_content> events) {
    caf::anon_send(relay, room_events{"room", std::move(events)});
    consume_messages();
  }

  /// How many events each of the frames has.
  std::vector<std::size_t> runs() const {
    std::vector<std::size_t> sizes;
    for (auto& each : handed_out)
      sizes.push_back(each.events.size());
    return sizes;
  }

  /// What the frames say of the events' numbers, as far as they are messages.
  std::vector<std::int64_t> numbers() const {
    std::vector<std::int64_t> all;
    for (auto& each : handed_out)
      for (auto& event : each.events)
        all.push_back(event.seq);
    return all;
  }
};

const protocol::user ann{"ann", "Ann"};

protocol::message message(std::int64_t seq, std::size_t text_bytes = 5) {
  return {"room", seq, 1000, ann, std::string(text_bytes, 'x'), std::nullopt};
}

using sizes = std::vector<std::size_t>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(relay_tests, relay_fixture)

CAF_TEST(consecutive events of a room are one frame) {
  tell({message(1), protocol::presence{ann, true}, message(2)});
  CAF_CHECK_EQUAL(runs(), sizes{3});
  CAF_CHECK_EQUAL(numbers(), (std::vector<std::int64_t>{1, 0, 2}));
  const auto& frames = handed_out.front();
  std::string each;
  for (auto& event : frames.events)
    each += *event.frame->bytes(protocol::wire_format::json);
  CAF_CHECK_EQUAL(*frames.all->bytes(protocol::wire_format::json), each);
  tell({message(3)});
  CAF_CHECK_EQUAL(runs(), (sizes{3, 1}));
  CAF_CHECK(handed_out.back().all == handed_out.back().events.front().frame);
}

CAF_TEST(nothing stands behind a leaving in one frame) {
  tell({message(1), protocol::member_left{"room", ann}, message(2)});
  CAF_CHECK_EQUAL(runs(), (sizes{2, 1}));
  CAF_CHECK_EQUAL(handed_out[0].left, "ann");
  CAF_CHECK_EQUAL(handed_out[1].left, "");
}

CAF_TEST(what only the leaver is told has a frame of its own) {
  tell({message(1), quiet_leave{{"room", ann}}, message(2)});
  CAF_CHECK_EQUAL(runs(), (sizes{1, 1, 1}));
  CAF_CHECK(!handed_out[0].for_leaver_only);
  CAF_CHECK(handed_out[1].for_leaver_only);
  CAF_CHECK_EQUAL(handed_out[1].left, "ann");
  CAF_CHECK(!handed_out[2].for_leaver_only);
}

CAF_TEST(a frame has a bound however much a room says at once) {
  std::vector<event_content> events;
  for (std::int64_t seq = 1; seq <= 200; ++seq)
    events.emplace_back(message(seq));
  for (std::int64_t seq = 201; seq <= 210; ++seq)
    events.emplace_back(message(seq, 16000));
  tell(events);
  std::vector<std::int64_t> wanted(210);
  std::iota(wanted.begin(), wanted.end(), 1);
  CAF_CHECK_EQUAL(numbers(), wanted);
  for (auto& each : handed_out) {
    CAF_CHECK_LESS_OR_EQUAL(each.events.size(), 64u);
    CAF_CHECK_LESS_OR_EQUAL(each.all->bytes(protocol::wire_format::json)->size(), 17000u);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
