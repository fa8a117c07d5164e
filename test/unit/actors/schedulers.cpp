#define CAF_SUITE schedulers
#include "test/unit/suite.hpp"

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/delayed_messages.hpp"
#include "actors/request_timeouts.hpp"
#include "actors/scheduler.hpp"

using namespace klatsch;
using namespace std::chrono_literals;

namespace {

using time_point = request_timeouts::clock::time_point;

constexpr time_point start{1000s};

request_timeouts::request number(std::uint64_t id) {
  return {nullptr, caf::make_message_id(id)};
}

std::vector<std::uint64_t> numbers(const std::vector<request_timeouts::request>& due) {
  std::vector<std::uint64_t> result;
  for (auto& each : due)
    result.push_back(
        each.id.request_id().integer_value() - number(0).id.request_id().integer_value());
  return result;
}

caf::behavior silent(caf::event_based_actor* self, std::vector<caf::response_promise>* kept) {
  return {[=](int) -> caf::result<int> {
    kept->push_back(self->make_response_promise());
    return caf::delegated<int>{};
  }};
}

/// Asks somebody else, and hands on what becomes of it.
caf::behavior
asker(caf::event_based_actor* self, const caf::actor& whom, std::chrono::milliseconds patience) {
  return {[=](int number) -> caf::result<int> {
    auto promise = self->make_response_promise<int>();
    self->request(whom, patience, number)
        .then(
            [=](int answer) mutable { promise.deliver(answer); },
            [=](const caf::error& error) mutable { promise.deliver(error); });
    return promise;
  }};
}

struct running_system {
  running_system() { config.load<scheduler>(); }

  caf::actor_system_config config;
};

} // namespace

CAF_TEST(time outs are taken when their time has come and in order) {
  request_timeouts timeouts;
  timeouts.add(start + 500ms, number(2));
  timeouts.add(start + 200ms, number(1));
  timeouts.add(start + 510ms, number(3));
  CAF_CHECK(timeouts.take_due(start).empty());
  CAF_CHECK_EQUAL(numbers(timeouts.take_due(start + 400ms)), (std::vector<std::uint64_t>{1}));
  CAF_CHECK_EQUAL(numbers(timeouts.take_due(start + 5s)), (std::vector<std::uint64_t>{2, 3}));
  CAF_CHECK(timeouts.take_due(start + 5s).empty());
}

CAF_TEST(no time out comes before its time) {
  request_timeouts timeouts;
  timeouts.add(start + 250ms, number(1));
  CAF_CHECK(timeouts.take_due(start + 249ms).empty());
  CAF_CHECK_EQUAL(timeouts.take_due(start + 350ms).size(), 1u);
}

CAF_TEST(delayed messages are taken when their time has come and in order) {
  delayed_messages delays;
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  const auto begin = delayed_messages::clock::now();
  auto add = [&](std::chrono::milliseconds delay, int number) {
    delays.add(
        begin + delay, {caf::actor_cast<caf::strong_actor_ptr>(self),
                        caf::make_mailbox_element(
                            nullptr, caf::make_message_id(), {}, caf::make_message(number))});
  };
  std::vector<int> got;
  auto take = [&](std::chrono::milliseconds until) {
    for (auto& each : delays.wait_due(begin + until)) {
      CAF_CHECK(each.receiver == caf::actor_cast<caf::strong_actor_ptr>(self));
      got.push_back(each.content->copy_content_to_message().get_as<int>(0));
    }
  };
  add(3h, 4);
  add(40ms, 2);
  add(20ms, 1);
  add(40ms, 3);
  take(1h);
  CAF_CHECK(delayed_messages::clock::now() >= begin + 20ms);
  while (got.size() < 3)
    take(1h);
  CAF_CHECK(delayed_messages::clock::now() >= begin + 40ms);
  take(60ms);
  CAF_CHECK_EQUAL(got, (std::vector{1, 2, 3}));
}

CAF_TEST(who waits for delayed messages hears of one that comes before all others) {
  delayed_messages delays;
  const auto begin = delayed_messages::clock::now();
  delays.add(begin + 1h, {});
  std::atomic<bool> waits = false;
  std::thread waiter{[&] {
    waits = true;
    while (delays.wait_due(begin + 1h).empty() && !delays.stopped()) {
    }
  }};
  // Nearly always so long that it waits by then, which is what this is about.
  while (!waits)
    std::this_thread::yield();
  std::this_thread::sleep_for(20ms);
  delays.add(delayed_messages::clock::now(), {});
  waiter.join();
  CAF_CHECK(delayed_messages::clock::now() < begin + 1h);
  std::thread other{[&] {
    while (!delays.stopped())
      delays.wait_due(begin + 1h);
  }};
  delays.stop();
  other.join();
}

CAF_TEST_FIXTURE_SCOPE(scheduler_tests, running_system)

CAF_TEST(an actor that hears nothing is told so after its own time) {
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  auto impatient = [&](caf::event_based_actor* actor) -> caf::behavior {
    return {
        [](int) {},
        caf::after(20ms) >>
            [&self, actor] {
              actor->send(self, 1);
              actor->quit();
            },
    };
  };
  for (int i = 0; i != 100; ++i)
    system.spawn(impatient);
  for (int i = 0; i != 100; ++i)
    self->receive([](int number) { CAF_CHECK_EQUAL(number, 1); });
}

CAF_TEST(thousands of delayed messages arrive though nobody takes them meanwhile) {
  constexpr int count = 5000;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i != count; ++i)
    self->delayed_send(self, 50ms, i);
  for (int i = 0; i != count; ++i)
    self->receive([&](int number) { CAF_CHECK_EQUAL(number, i); });
  CAF_CHECK(std::chrono::steady_clock::now() - begin >= 50ms);
}

CAF_TEST(a request that nobody answers fails) {
  caf::actor_system system{config};
  std::vector<caf::response_promise> kept;
  auto whom = system.spawn(silent, &kept);
  auto who = system.spawn(asker, whom, 150ms);
  caf::scoped_actor self{system};
  const auto begin = std::chrono::steady_clock::now();
  self->request(who, caf::infinite, 1)
      .receive(
          [](int) { CAF_FAIL("nobody has answered"); },
          [](const caf::error& error) { CAF_CHECK_EQUAL(error, caf::sec::request_timeout); });
  CAF_CHECK(std::chrono::steady_clock::now() - begin >= 150ms);
  for (auto& each : {who, whom})
    caf::anon_send_exit(each, caf::exit_reason::kill);
}

/// Sends what it gets to the other one, until nothing is left of it.
caf::behavior player(caf::event_based_actor* self, caf::actor referee) {
  return {[=](const caf::actor& other, int left) {
    if (left == 0)
      self->send(referee, 0);
    else
      self->send(other, caf::actor{self}, left - 1);
  }};
}

CAF_TEST(actors that wake each other again and again let all others run) {
  config.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  auto endless = std::numeric_limits<int>::max();
  auto ping = system.spawn(player, caf::actor{self});
  auto pong = system.spawn(player, caf::actor{self});
  caf::anon_send(ping, pong, endless);
  auto third = system.spawn(player, caf::actor{self});
  caf::anon_send(third, third, 100);
  self->receive([](int left) { CAF_CHECK_EQUAL(left, 0); });
  for (auto& each : {ping, pong, third})
    caf::anon_send_exit(each, caf::exit_reason::kill);
}

CAF_TEST(an actor with much to do has every other turn) {
  config.set("scheduler.max-threads", std::size_t{1});
  config.set("scheduler.max-throughput", std::size_t{10});
  caf::actor_system system{config};
  int done = 0, others = 0, others_before = -1;
  auto act = [](std::function<void()> what) { return caf::behavior{[=](int) { what(); }}; };
  std::vector<caf::actor> actors{system.spawn([&] {
    return act([&] {
      if (++done == 500)
        others_before = others;
    });
  })};
  for (int i = 0; i < 200; ++i)
    actors.push_back(system.spawn([&] { return act([&] { ++others; }); }));
  // From the scheduler's only thread, so that all of them wait when the first has its turn.
  system.spawn([&](caf::event_based_actor* self) {
    for (int i = 0; i < 500; ++i)
      self->send(actors.front(), 1);
    for (std::size_t i = 1; i < actors.size(); ++i)
      self->send(actors[i], 1);
    for (auto& each : actors)
      self->send(each, caf::exit_msg{{}, caf::exit_reason::user_shutdown});
  });
  system.await_all_actors_done();
  CAF_CHECK_EQUAL(done, 500);
  CAF_CHECK_EQUAL(others, 200);
  CAF_CHECK(others_before <= 60);
}

CAF_TEST(all actors get their turn on all threads) {
  config.set("scheduler.max-threads", std::size_t{4});
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  std::vector<caf::actor> all;
  for (int i = 0; i < 100; ++i)
    all.push_back(system.spawn(player, caf::actor{self}));
  for (int i = 0; i < 100; ++i)
    caf::anon_send(all[i], all[(i + 1) % 100], 1000);
  int finished = 0;
  self->receive_while([&] { return finished < 100; })([&](int) { ++finished; });
  CAF_CHECK_EQUAL(finished, 100);
  for (auto& each : all)
    caf::anon_send_exit(each, caf::exit_reason::kill);
}

CAF_TEST(a message that is delayed comes) {
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  self->delayed_send(self, 20ms, 7);
  self->receive([](int number) { CAF_CHECK_EQUAL(number, 7); });
}

CAF_TEST(a system ends while requests are under way) {
  caf::actor_system system{config};
  std::vector<caf::response_promise> kept;
  auto whom = system.spawn(silent, &kept);
  auto who = system.spawn(asker, whom, 1h);
  caf::anon_send(who, 1);
  caf::scoped_actor self{system};
  self->delayed_send(self, 20ms, 7);
  self->receive([](int) {});
  for (auto& each : {who, whom})
    caf::anon_send_exit(each, caf::exit_reason::kill);
  CAF_CHECK(true);
}

CAF_TEST_FIXTURE_SCOPE_END()
