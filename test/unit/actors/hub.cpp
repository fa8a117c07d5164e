#define CAF_SUITE hub
#include "test/unit/suite.hpp"

#include "actors/hub.hpp"
#include "test/unit/actors/recorder.hpp"

using namespace klatsch;

namespace {

struct listener final : hub_table::subscriber {
  recorder out;
  std::string id = "ann";
  int gaps = 0;
  int losses = 0;
  std::optional<std::int64_t> left_at;
  bool told = false;

  connection& output() override { return out; }
  const std::string& user_id() const override { return id; }
  void on_gap(const std::string&) override { ++gaps; }
  void on_room_lost(const room_lost&) override { ++losses; }
  void on_left(const std::string&, std::int64_t cursor, bool was_told) override {
    left_at = cursor;
    told = was_told;
  }

  std::vector<std::string> seen() { return out.take("message", "seq"); }
};

struct hub_fixture {
  metrics counters;
  hub_table table{counters, 4};
  listener ann;

  void events(const std::vector<std::int64_t>& numbers, const std::string& left = {}) {
    room_frames frames{.room = "room", .left = left};
    std::vector<frame_ptr> parts;
    for (auto seq : numbers) {
      protocol::message message;
      message.room = "room";
      message.seq = seq;
      frames.events.push_back({seq, make_frame(message)});
      parts.push_back(frames.events.back().frame);
    }
    frames.all = std::make_shared<joined_frame>(parts);
    table.deliver(frames);
  }

  void event(std::int64_t seq, const std::string& left = {}) { events({seq}, left); }
};

using strings = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(hub_tests, hub_fixture)

CAF_TEST(events wait until the subscription is active and older ones are dropped) {
  table.subscribe("room", &ann);
  event(4);
  event(5);
  event(6);
  CAF_CHECK_EQUAL(ann.seen(), strings{});
  table.activate("room", &ann, 5);
  CAF_CHECK_EQUAL(ann.seen(), strings{"6"});
  event(7);
  event(7);
  CAF_CHECK_EQUAL(ann.seen(), strings{"7"});
}

CAF_TEST(a gap is noticed and nothing is shown until it is filled) {
  table.subscribe("room", &ann);
  table.activate("room", &ann, 0);
  event(1);
  event(3);
  event(4);
  CAF_CHECK_EQUAL(ann.gaps, 1);
  CAF_CHECK_EQUAL(ann.seen(), strings{"1"});
  CAF_CHECK_EQUAL(table.cursor("room", &ann).value(), 1);
  table.activate("room", &ann, 2);
  CAF_CHECK_EQUAL(ann.seen(), (strings{"3", "4"}));
}

CAF_TEST(events that come together are pushed together) {
  table.subscribe("room", &ann);
  table.activate("room", &ann, 4);
  events({5, 0, 6});
  CAF_CHECK_EQUAL(ann.out.pushes, 1);
  CAF_CHECK_EQUAL(ann.seen(), (strings{"5", "0", "6"}));
  CAF_CHECK_EQUAL(table.cursor("room", &ann).value(), 6);
  events({0});
  events({7});
  CAF_CHECK_EQUAL(ann.seen(), (strings{"0", "7"}));
  CAF_CHECK_EQUAL(counters.deliveries.Value(), 5);
  CAF_CHECK_EQUAL(ann.gaps, 0);
}

CAF_TEST(of events that come together only those are pushed that are new) {
  table.subscribe("room", &ann);
  table.activate("room", &ann, 5);
  events({4, 5, 6, 7});
  CAF_CHECK_EQUAL(ann.seen(), (strings{"6", "7"}));
  CAF_CHECK_EQUAL(ann.gaps, 0);
}

CAF_TEST(a gap in events that come together is noticed) {
  table.subscribe("room", &ann);
  table.activate("room", &ann, 1);
  events({2, 4, 5});
  CAF_CHECK_EQUAL(ann.seen(), strings{"2"});
  CAF_CHECK_EQUAL(ann.gaps, 1);
  events({6, 7});
  CAF_CHECK_EQUAL(ann.seen(), strings{});
  table.activate("room", &ann, 3);
  CAF_CHECK_EQUAL(ann.seen(), (strings{"4", "5", "6", "7"}));
  // As when they were lost between two nodes.
  events({9, 10});
  CAF_CHECK_EQUAL(ann.gaps, 2);
}

CAF_TEST(what does not fit aside is read though nothing comes after it) {
  table.subscribe("room", &ann);
  for (std::int64_t seq = 1; seq <= 6; ++seq)
    event(seq);
  CAF_CHECK_EQUAL(counters.pending_overflows.Value(), 2);
  table.activate("room", &ann, 0);
  CAF_CHECK_EQUAL(ann.seen(), (strings{"1", "2", "3", "4"}));
  CAF_CHECK_EQUAL(ann.gaps, 1);
  event(7);
  table.activate("room", &ann, 6);
  CAF_CHECK_EQUAL(ann.seen(), strings{"7"});
  CAF_CHECK_EQUAL(ann.gaps, 1);
}

CAF_TEST(the event of a leaving is the last one of that user) {
  listener ben;
  ben.id = "ben";
  for (auto* each : {&ann, &ben}) {
    table.subscribe("room", each);
    table.activate("room", each, 0);
  }
  event(1);
  event(0, "ann");
  event(2);
  CAF_CHECK_EQUAL(ann.seen(), (strings{"1", "0"}));
  CAF_CHECK_EQUAL(ben.seen(), (strings{"1", "0", "2"}));
  CAF_REQUIRE(ann.left_at);
  CAF_CHECK_EQUAL(*ann.left_at, 1);
  CAF_CHECK(ann.told);
  CAF_CHECK(!table.cursor("room", &ann));
}

CAF_TEST(who leaves while events are kept aside is not told by them) {
  table.subscribe("room", &ann);
  table.activate("room", &ann, 0);
  event(1);
  table.subscribe("room", &ann);
  event(2);
  event(0, "ann");
  CAF_CHECK_EQUAL(ann.seen(), strings{"1"});
  CAF_REQUIRE(ann.left_at);
  CAF_CHECK_EQUAL(*ann.left_at, 1);
  CAF_CHECK(!ann.told);
}

CAF_TEST(unsubscribing keeps the places of the others) {
  std::vector<std::unique_ptr<listener>> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(std::make_unique<listener>());
    table.subscribe("room", all.back().get());
    table.activate("room", all.back().get(), 0);
  }
  table.unsubscribe("room", all[1].get());
  table.unsubscribe("room", all[4].get());
  event(1);
  for (int i : {0, 2, 3})
    CAF_CHECK_EQUAL(all[i]->seen(), strings{"1"});
  for (int i : {1, 4})
    CAF_CHECK_EQUAL(all[i]->seen(), strings{});
  CAF_CHECK_EQUAL(table.subscriptions(), 3u);
}

CAF_TEST(all subscribers hear that a room is lost) {
  table.subscribe("room", &ann);
  table.lose({"room", {}});
  table.lose({"beach", {}});
  CAF_CHECK_EQUAL(ann.losses, 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
