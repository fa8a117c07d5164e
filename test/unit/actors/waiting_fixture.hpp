#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include <caf/event_based_actor.hpp>

#include "actors/actor_from_state.hpp"
#include "actors/error.hpp"
#include "test/unit/actors/node_fixture.hpp"

namespace klatsch {

/// Stands before a directory that does not know yet where the rooms are.
inline caf::behavior
late_directory(caf::event_based_actor* self, directory_actor directory, const bool* is_late) {
  return {
      [=](const resolve_room& request) -> caf::result<room_actor> {
        if (*is_late)
          return make_error(protocol::error_code::room_unavailable);
        return self->delegate(directory, request);
      },
      [=](const resolve_user& request) { return self->delegate(directory, request); },
  };
}

/// Stands before a relay: events wait here until they are passed on.
class late_relay_state {
 public:
  using interface = relay_actor;
  static constexpr const char* name = "test.late_relay";

  late_relay_state(interface::pointer self, relay_actor relay, std::deque<room_events>* waiting)
      : self_(self), relay_(std::move(relay)), waiting_(waiting) {}

  interface::behavior_type make_behavior() {
    return {
        [this](const room_events& events) { waiting_->push_back(events); },
        [this](const hub_actor& hub) { self_->send(relay_, hub); },
        [this](const watch_room& watched) { self_->send(relay_, watched); },
    };
  }

 private:
  interface::pointer self_;
  relay_actor relay_;
  std::deque<room_events>* waiting_;
};

/// Ann is in "room" and "beach" with her phone, and opens a laptop while "beach" can't be had.
struct waiting_fixture : node_fixture {
  waiting_fixture() {
    make_room("attic");
    phone = open(R"({"name":"Ann"})");
    ben = open(R"({"name":"Ben"})");
    ask(phone, "room.join", R"({"room":"beach"})");
    ask(ben, "room.join", R"({"room":"attic"})");
    late = sys.spawn(late_directory, model.directory, &rooms_are_late);
  }

  ~waiting_fixture() {
    caf::anon_send_exit(late, caf::exit_reason::kill);
    caf::anon_send_exit(late_relay, caf::exit_reason::kill);
    run();
  }

  /// Who comes from now on gets no events until pass_events_on.
  void events_come_late() {
    relay = sessions.relay;
    sessions.relay = late_relay = spawn_state<late_relay_state>(sys, relay, &waiting_events);
  }

  void pass_events_on() {
    for (auto& each : std::exchange(waiting_events, {}))
      caf::anon_send(relay, each);
    run();
  }

  /// Runs everything until this session is about to be run for the given time.
  void run_until_turn_of(const client& who, int times) {
    const caf::resumable* session =
        dynamic_cast<caf::scheduled_actor*>(caf::actor_cast<caf::abstract_actor*>(who.session));
    for (;;) {
      CAF_REQUIRE(!sched.jobs.empty());
      if (sched.jobs.front() == session && --times == 0)
        return;
      sched.run_once();
    }
  }

  /// Until let_go.
  void hold_beach() {
    hold<persistence::activate_room>([](auto& request) { return request.room == "beach"; });
    kill_room("beach");
  }

  std::string with_token() const { return R"({"token":")" + phone.token + R"("})"; }

  /// The hub hears that the user has left.
  void end_subscriptions(const client& who, const std::string& room) {
    auto frame = make_frame(protocol::member_left{room, {who.id, "Ann"}});
    table.deliver({.room = room, .events = {{0, frame}}, .all = frame, .left = who.id});
  }

  std::int64_t online(const std::string& room) {
    auto answer = ask(ben, "room.list", "{}");
    for (auto& each : answer["result"]["rooms"].GetArray())
      if (each["room"].GetString() == room)
        return each["online"].GetInt64();
    return -1;
  }

  /// No room is found until find_rooms_now.
  void find_rooms_late() {
    sessions.directory = caf::actor_cast<directory_actor>(late);
    rooms_are_late = true;
  }

  void find_rooms_now() {
    rooms_are_late = false;
    sched.advance_time(std::chrono::milliseconds{500});
    run();
  }

  client phone;
  client ben;
  caf::actor late;
  relay_actor relay;
  relay_actor late_relay;
  std::deque<room_events> waiting_events;
  bool rooms_are_late = false;
};

} // namespace klatsch
