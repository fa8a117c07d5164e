#define CAF_SUITE store
#include "test/unit/suite.hpp"

#include <future>

#include <caf/scoped_actor.hpp>

#include "actors/store_actor.hpp"
#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;
namespace ps = persistence;

namespace {

/// A store whose first group waits until the test lets it go.
class held_store final : public ps::store {
 public:
  explicit held_store(std::shared_future<void> gate) : gate_(std::move(gate)) {}

  std::vector<ps::store_result> execute(std::span<const ps::store_request> group) override {
    gate_.wait();
    groups.push_back(group.size());
    return inner_->execute(group);
  }

  std::vector<std::size_t> groups;

 private:
  std::shared_future<void> gate_;
  std::unique_ptr<ps::store> inner_ = ps::make_sqlite_store({":memory:"});
};

/// The real worker's thread under a real actor system.
struct store_fixture {
  // Before the system, whose end the store's actor may only reach when all else is gone.
  metrics counters;
  test_config config;
  caf::actor_system system{config};
  std::promise<void> gate;
  held_store* backend = nullptr;
  running_store store;

  void start(ps::store_worker::options options) {
    auto held = std::make_unique<held_store>(gate.get_future().share());
    backend = held.get();
    store = start_store(system, &counters, std::move(held), options);
  }

  ~store_fixture() {
    store.worker->stop();
    caf::anon_send_exit(store.handle, caf::exit_reason::user_shutdown);
    store.handle = nullptr;
  }
};

constexpr auto patience = std::chrono::seconds{20};

} // namespace

CAF_TEST_FIXTURE_SCOPE(store_tests, store_fixture)

CAF_TEST(each request is answered with its own result) {
  start({});
  gate.set_value();
  caf::scoped_actor self{system};
  self->request(store.handle, patience, ps::create_room{"room", "The Room", 1})
      .receive([](ps::done) {}, [](const caf::error&) { CAF_FAIL("not made"); });
  self->request(store.handle, patience, ps::create_room{"room", "Again", 1})
      .receive(
          [](ps::done) { CAF_FAIL("made twice"); },
          [](const caf::error& error) {
            CAF_CHECK(store_error_of(error) == ps::store_error::exists);
          });
  self->request(store.handle, patience, ps::list_rooms{10})
      .receive(
          [](const std::vector<ps::stored_room>& rooms) { CAF_CHECK_EQUAL(rooms.size(), 1u); },
          [](const caf::error&) { CAF_FAIL("no list"); });
}

CAF_TEST(what waits together is executed together) {
  start({});
  caf::scoped_actor self{system};
  constexpr int count = 100;
  std::vector<caf::actor> askers;
  std::atomic<int> answered = 0;
  for (int i = 0; i < count; ++i)
    askers.push_back(system.spawn([&, i](caf::event_based_actor* asker) {
      asker->request(store.handle, patience, ps::create_room{"r" + std::to_string(i), "Room", 1})
          .then([&](ps::done) { ++answered; }, [](const caf::error&) {});
    }));
  gate.set_value();
  for (auto& each : askers)
    self->wait_for(each);
  CAF_CHECK_EQUAL(answered.load(), count);
  store.worker->stop();
  CAF_CHECK_LESS(backend->groups.size(), 100u);
}

CAF_TEST(messages to a room have an outcome each whatever groups they were in) {
  start({100, 2});
  gate.set_value();
  caf::scoped_actor self{system};
  const protocol::user ann{"ann", "Ann"};
  self->request(store.handle, patience, ps::create_room{"room", "Room", 1})
      .receive([](ps::done) {}, [](const caf::error&) { CAF_FAIL("not made"); });
  std::int64_t epoch = 0;
  self->request(store.handle, patience, ps::activate_room{"room"})
      .receive(
          [&](const ps::activated_room& room) { epoch = room.epoch; },
          [](const caf::error&) { CAF_FAIL("not activated"); });
  std::vector<ps::append_message> messages;
  for (auto cid : {"c1", "c2", "no cid", "c1", "c3"})
    messages.push_back({"room", epoch, ann, "hello", cid, 1});
  std::vector<append_outcome> outcomes;
  self->request(
          store.handle, patience,
          append_messages{std::make_shared<const std::vector<ps::append_message>>(messages)})
      .receive(
          [&](const append_outcomes& answer) { outcomes = answer.each; },
          [](const caf::error&) { CAF_FAIL("not appended"); });
  std::vector<std::int64_t> numbers;
  for (auto& outcome : outcomes) {
    auto* appended = caf::get_if<ps::appended>(&outcome);
    numbers.push_back(appended ? appended->seq : 0);
  }
  CAF_CHECK_EQUAL(numbers, (std::vector<std::int64_t>{1, 2, 0, 1, 3}));
  CAF_CHECK_EQUAL(counters.store_queue.Value(), 0);
  store.worker->stop();
  CAF_CHECK_EQUAL(backend->groups, (std::vector<std::size_t>{1, 1, 2, 2, 1}));
}

CAF_TEST(of messages to a room those are refused for which the queue has no place) {
  start({3, 3});
  gate.set_value();
  caf::scoped_actor self{system};
  const ps::append_message message{"nowhere", 1, {"ann", "Ann"}, "hello", "c1", 1};
  std::vector<append_outcome> outcomes;
  self->request(
          store.handle, patience,
          append_messages{std::make_shared<const std::vector<ps::append_message>>(5, message)})
      .receive(
          [&](const append_outcomes& answer) { outcomes = answer.each; },
          [](const caf::error&) { CAF_FAIL("all were refused"); });
  std::vector<bool> refused;
  for (auto& outcome : outcomes)
    refused.push_back(code_of(caf::get<caf::error>(outcome)) == protocol::error_code::overloaded);
  CAF_CHECK_EQUAL(refused, (std::vector<bool>{false, false, false, true, true}));
  CAF_CHECK_EQUAL(counters.store_queue.Value(), 0);
  store.worker->stop();
  CAF_CHECK_EQUAL(backend->groups, std::vector<std::size_t>{3});
  // A worker that has ended takes none.
  self->request(
          store.handle, patience,
          append_messages{std::make_shared<const std::vector<ps::append_message>>(1, message)})
      .receive(
          [](const append_outcomes&) { CAF_FAIL("not refused"); },
          [](const caf::error& error) {
            CAF_CHECK(code_of(error) == protocol::error_code::overloaded);
          });
}

CAF_TEST(a full queue refuses at once) {
  start({1, 1});
  std::atomic<int> refused = 0;
  std::vector<caf::actor> askers;
  for (int i = 0; i < 10; ++i)
    askers.push_back(system.spawn([&](caf::event_based_actor* asker) {
      asker->request(store.handle, patience, ps::check_store{})
          .then(
              [](ps::done) {},
              [&](const caf::error& error) {
                if (code_of(error) == protocol::error_code::overloaded)
                  ++refused;
              });
    }));
  // At most one is held by the store and one waits; the others have their answer before the gate
  // opens.
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (refused.load() < 8 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  CAF_CHECK_GREATER_OR_EQUAL(refused.load(), 8);
  gate.set_value();
  caf::scoped_actor self{system};
  for (auto& each : askers)
    self->wait_for(each);
}

CAF_TEST_FIXTURE_SCOPE_END()
