#define CAF_SUITE asio_actor
#include "test/unit/suite.hpp"

#include <atomic>
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

struct fixture : loop_fixture {
  caf::scoped_actor self{system};

  counter spawn() { return spawn_on<counter>(*loop, &count, std::make_shared<int>(0)); }

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
