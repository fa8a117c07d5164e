#define CAF_SUITE asio_actor
#include "test/unit/suite.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include <caf/scoped_actor.hpp>

#include "net/asio_actor.hpp"
#include "test/unit/net/loop_fixture.hpp"

using namespace klatsch::net;
using namespace std::literals;

namespace {

using ask_thread = caf::atom_constant<caf::atom("thread")>;
using count_up = caf::atom_constant<caf::atom("count")>;
using count_later = caf::atom_constant<caf::atom("later")>;
using fail = caf::atom_constant<caf::atom("fail")>;

using counter = caf::typed_actor<
    caf::replies_to<ask_thread>::with<bool>,
    caf::replies_to<count_up>::with<int>,
    caf::replies_to<count_later>::with<int>,
    caf::reacts_to<fail>>;

counter::behavior_type count(counter::pointer self, std::shared_ptr<int> state) {
  auto created_on = std::this_thread::get_id();
  return {
      [created_on](ask_thread) { return std::this_thread::get_id() == created_on; },
      [state](count_up) { return ++*state; },
      [self](count_later) {
        auto promise = self->make_response_promise<int>();
        self->request(counter{self}, 5s, count_up::value).then([promise](int n) mutable {
          promise.deliver(n);
        });
        return promise;
      },
      [](fail) { throw std::runtime_error{"on purpose"}; },
  };
}

std::uint64_t this_thread() {
  return std::hash<std::thread::id>{}(std::this_thread::get_id());
}

/// On the scheduler: on which thread it is run.
using witness = caf::typed_actor<caf::replies_to<ask_thread>::with<std::uint64_t>>;

witness::behavior_type testify() {
  return {[](ask_thread) { return this_thread(); }};
}

/// On the loop: asks witnesses, and tells how many of them were run on its own thread.
using asker = caf::typed_actor<caf::replies_to<ask_thread>::with<int>>;

asker::behavior_type ask_all(asker::pointer self, std::vector<witness> witnesses) {
  return {[=](ask_thread) {
    auto promise = self->make_response_promise<int>();
    auto here = std::make_shared<int>(0);
    auto missing = std::make_shared<std::size_t>(witnesses.size());
    for (auto& each : witnesses)
      self->request(each, 5s, ask_thread::value).then([=](std::uint64_t thread) mutable {
        *here += thread == this_thread();
        if (--*missing == 0)
          promise.deliver(*here);
      });
    return promise;
  }};
}

/// On the scheduler: sends on what it gets, for ever; each notes where it had its turns.
using player = caf::typed_actor<
    caf::reacts_to<count_up, caf::strong_actor_ptr>,
    caf::replies_to<ask_thread>::with<std::uint64_t>>;

using turns = std::shared_ptr<std::vector<std::uint64_t>>;

constexpr std::size_t noted_turns = 100;

player::behavior_type play(player::pointer self, turns noted) {
  return {
      [=](count_up, const caf::strong_actor_ptr& other) {
        if (noted->size() < noted_turns)
          noted->push_back(this_thread());
        self->send(
            caf::actor_cast<player>(other), count_up::value,
            caf::actor_cast<caf::strong_actor_ptr>(self));
      },
      [](ask_thread) { return this_thread(); },
  };
}

/// On the loop: has two players begin.
using kicker =
    caf::typed_actor<caf::reacts_to<count_up>, caf::replies_to<ask_thread>::with<std::uint64_t>>;

kicker::behavior_type kick(kicker::pointer self, player one, player other) {
  return {
      [=](count_up) {
        self->send(one, count_up::value, caf::actor_cast<caf::strong_actor_ptr>(other));
      },
      [=](ask_thread) { return self->delegate(one, ask_thread::value); },
  };
}

struct fixture : loop_fixture {
  caf::scoped_actor self{system};

  counter spawn() { return spawn_on<counter>(*loop, &count, std::make_shared<int>(0)); }

  int run_here(const asker& whom) {
    int result = -1;
    self->request(whom, 5s, ask_thread::value)
        .receive([&](int n) { result = n; }, [](const caf::error&) {});
    return result;
  }

  int ask(const counter& whom) {
    int result = 0;
    self->request(whom, 5s, count_up::value)
        .receive([&](int n) { result = n; }, [&](const caf::error&) { result = -1; });
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(asio_actor_tests, fixture)

CAF_TEST(an actor answers requests on the thread of its loop) {
  const auto actor = spawn();
  const auto loop_thread = on_loop([] { return std::this_thread::get_id(); });
  CAF_CHECK(loop_thread != std::this_thread::get_id());
  bool same_thread = false;
  self->request(actor, 5s, ask_thread::value)
      .receive([&](bool same) { same_thread = same; }, [](const caf::error&) {});
  CAF_CHECK(same_thread);
  CAF_CHECK_EQUAL(ask(actor), 1);
  self->request(actor, 5s, count_later::value)
      .receive([](int n) { CAF_CHECK_EQUAL(n, 2); }, [](const caf::error&) { CAF_CHECK(false); });
  self->send_exit(actor, caf::exit_reason::user_shutdown);
}

CAF_TEST(messages of many threads are handled one after the other and none is lost) {
  const auto actor = spawn();
  constexpr int threads = 4;
  constexpr int messages = 5000;
  std::vector<std::thread> senders;
  for (int i = 0; i != threads; ++i)
    senders.emplace_back([&] {
      for (int n = 0; n != messages; ++n)
        caf::anon_send(actor, count_up::value);
    });
  for (auto& sender : senders)
    sender.join();
  CAF_CHECK_EQUAL(ask(actor), threads * messages + 1);
  self->send_exit(actor, caf::exit_reason::user_shutdown);
}

CAF_TEST(a delayed message arrives) {
  const auto actor = spawn();
  self->delayed_send(actor, 20ms, count_up::value);
  int answered = 0;
  self->receive([&](int n) { answered = n; }, caf::after(5s) >> [] {});
  CAF_CHECK_EQUAL(answered, 1);
  self->send_exit(actor, caf::exit_reason::user_shutdown);
}

CAF_TEST(the end of an actor is seen by monitors and bounces requests) {
  const auto actor = spawn();
  self->monitor(actor);
  self->send_exit(actor, caf::exit_reason::user_shutdown);
  bool down = false;
  self->receive([&](const caf::down_msg&) { down = true; }, caf::after(5s) >> [] {});
  CAF_CHECK(down);
  CAF_CHECK_EQUAL(ask(actor), -1);
}

CAF_TEST(an actor of the scheduler that one of the loop wakes runs on the loop) {
  const std::vector witnesses{system.spawn(testify)};
  const auto actor = spawn_on<asker>(*loop, &ask_all, witnesses);
  // Until it has had its first turn, on the scheduler, it needs not to be woken.
  CAF_REQUIRE(within(10s, [&] { return run_here(actor) == 1; }));
  for (int i = 0; i < 100; ++i)
    CAF_CHECK_EQUAL(run_here(actor), 1);
  self->send_exit(actor, caf::exit_reason::user_shutdown);
}

CAF_TEST(of several that it wakes two run on the loop and the others where there is a thread) {
  std::vector<witness> witnesses;
  for (int i = 0; i < 10; ++i)
    witnesses.push_back(system.spawn(testify));
  const auto actor = spawn_on<asker>(*loop, &ask_all, witnesses);
  // Who has not gone to sleep since the last time needs not to be woken.
  int most = 0;
  for (int i = 0; i < 100; ++i)
    most = std::max(most, run_here(actor));
  CAF_CHECK_EQUAL(most, 2);
  self->send_exit(actor, caf::exit_reason::user_shutdown);
}

CAF_TEST(actors that wake each other for ever leave the loop its time) {
  const auto noted = std::make_shared<std::vector<std::uint64_t>>();
  const auto others = std::make_shared<std::vector<std::uint64_t>>();
  const auto one = system.spawn(play, noted), other = system.spawn(play, others);
  const auto starter = spawn_on<kicker>(*loop, &kick, one, other);
  const auto here = on_loop([] { return this_thread(); });
  auto runs_here = [&](const auto& whom) {
    bool same = false;
    self->request(whom, 5s, ask_thread::value)
        .receive([&](std::uint64_t thread) { same = thread == here; }, [](const caf::error&) {});
    return same;
  };
  // Both have had their first turn, and sleep.
  CAF_REQUIRE(within(10s, [&] { return runs_here(starter); }));
  self->send(starter, count_up::value);
  const auto counting = spawn();
  CAF_CHECK_EQUAL(ask(counting), 1);
  CAF_CHECK_EQUAL(ask(counting), 2);
  for (auto& each : {one, other})
    self->send_exit(each, caf::exit_reason::kill);
  for (auto& each : {one, other})
    self->wait_for(each);
  const auto turns_here = std::count(noted->begin(), noted->end(), here);
  CAF_CHECK(turns_here > 0);
  CAF_CHECK(turns_here <= 8);
  self->send_exit(starter, caf::exit_reason::user_shutdown);
  self->send_exit(counting, caf::exit_reason::user_shutdown);
}

CAF_TEST(an actor with much to do has every other turn) {
  int done = 0, others = 0, others_before = -1;
  std::vector actors{spawn_doer([&] {
    if (++done == 1000)
      others_before = others;
  })};
  for (int i = 0; i < 200; ++i)
    actors.push_back(spawn_doer([&] { ++others; }));
  on_loop([&] {
    for (int i = 0; i < 1000; ++i)
      caf::anon_send(actors.front(), act_once::value);
    for (std::size_t i = 1; i < actors.size(); ++i)
      caf::anon_send(actors[i], act_once::value);
  });
  CAF_CHECK(within(10s, [&] { return on_loop([&] { return done == 1000 && others == 200; }); }));
  // It has a hundred messages handled in one turn.
  CAF_CHECK(others_before <= 20);
  end_all(actors);
}

CAF_TEST(an exception ends its actor only) {
  const auto failing = spawn();
  const auto other = spawn();
  self->monitor(failing);
  self->send(failing, fail::value);
  bool down = false;
  self->receive([&](const caf::down_msg&) { down = true; }, caf::after(5s) >> [] {});
  CAF_CHECK(down);
  CAF_CHECK_EQUAL(ask(other), 1);
  self->send_exit(other, caf::exit_reason::user_shutdown);
}

CAF_TEST(the loop ends after its last actor and a handle outlives both) {
  auto actor = spawn();
  loop->finish();
  CAF_CHECK(!finished_within(50ms));
  self->send_exit(actor, caf::exit_reason::user_shutdown);
  CAF_CHECK(finished_within(10s));
  CAF_CHECK_EQUAL(ask(actor), -1);
}

CAF_TEST_FIXTURE_SCOPE_END()
