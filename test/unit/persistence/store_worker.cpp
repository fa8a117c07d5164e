#define CAF_SUITE store_worker
#include <caf/test/unit_test.hpp>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "persistence/store_worker.hpp"

using namespace klatsch::persistence;

namespace {

/// What a test and its store, on the worker's thread, know together.
struct script {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::size_t> group_sizes;
  std::vector<std::string> rooms;
  bool held = false;
  bool waiting = false;

  void hold() {
    std::lock_guard lock(mutex);
    held = true;
  }
  void release() {
    std::lock_guard lock(mutex);
    held = false;
    changed.notify_all();
  }
  /// Until a group stands before the closed door.
  void await_group() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return waiting; });
  }
};

/// Answers `done`, after the door is open; keeps what it was asked.
class scripted_store : public store {
 public:
  explicit scripted_store(script& plan) : plan_(plan) {}

  std::vector<store_result> execute(std::span<const store_request> group) override {
    std::unique_lock lock(plan_.mutex);
    plan_.waiting = true;
    plan_.changed.notify_all();
    plan_.changed.wait(lock, [this] { return !plan_.held; });
    plan_.waiting = false;
    plan_.group_sizes.push_back(group.size());
    for (const auto& request : group)
      plan_.rooms.push_back(std::get<activate_room>(request).room);
    return std::vector<store_result>(group.size(), done{});
  }

 private:
  script& plan_;
};

class throwing_store : public store {
 public:
  std::vector<store_result> execute(std::span<const store_request> group) override {
    switch (count_++) {
    case 0:
      throw std::runtime_error("broken");
    case 1:
      throw 42;
    case 2:
      return {};
    default:
      return std::vector<store_result>(group.size(), done{});
    }
  }

 private:
  int count_ = 0;
};

struct worker_fixture {
  std::unique_ptr<store_worker> start(std::unique_ptr<store> backend, store_worker::options opts) {
    return std::make_unique<store_worker>(
        std::move(backend), opts, [this](store_worker::completed results) {
          std::lock_guard lock(mutex);
          for (auto& result : results)
            delivered.push_back(std::move(result));
          arrived.notify_all();
        });
  }

  void await(std::size_t count) {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return delivered.size() >= count; });
  }

  script plan;
  std::mutex mutex;
  std::condition_variable arrived;
  store_worker::completed delivered;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(worker_of_a_store, worker_fixture)

CAF_TEST(what waits is executed as one group in the order of submission) {
  plan.hold();
  auto worker = start(std::make_unique<scripted_store>(plan), {});
  CAF_CHECK(worker->submit(0, activate_room{"first"}));
  plan.await_group();
  for (store_worker::ticket i = 1; i <= 100; ++i)
    CAF_CHECK(worker->submit(i, activate_room{"r" + std::to_string(i)}));
  CAF_CHECK_EQUAL(worker->queue_depth(), 100u);
  plan.release();
  await(101);
  CAF_CHECK(plan.group_sizes == std::vector<std::size_t>({1, 100}));
  for (store_worker::ticket i = 0; i <= 100; ++i)
    CAF_CHECK_EQUAL(delivered[i].first, i);
  CAF_CHECK_EQUAL(plan.rooms.back(), "r100");
  CAF_CHECK_EQUAL(worker->queue_depth(), 0u);
}

CAF_TEST(a long queue is executed in groups that are bounded) {
  plan.hold();
  auto worker = start(std::make_unique<scripted_store>(plan), {1000, 40});
  worker->submit(0, activate_room{"first"});
  plan.await_group();
  for (store_worker::ticket i = 1; i <= 100; ++i)
    worker->submit(i, activate_room{"room"});
  plan.release();
  await(101);
  CAF_CHECK(plan.group_sizes == std::vector<std::size_t>({1, 40, 40, 20}));
  for (store_worker::ticket i = 0; i <= 100; ++i)
    CAF_CHECK_EQUAL(delivered[i].first, i);
}

CAF_TEST(a full queue refuses and takes again when there is room) {
  plan.hold();
  auto worker = start(std::make_unique<scripted_store>(plan), {3, 512});
  worker->submit(0, activate_room{"first"});
  plan.await_group();
  for (store_worker::ticket i = 1; i <= 3; ++i)
    CAF_CHECK(worker->submit(i, activate_room{"room"}));
  CAF_CHECK(!worker->submit(4, activate_room{"room"}));
  CAF_CHECK_EQUAL(worker->queue_depth(), 3u);
  plan.release();
  await(4);
  CAF_CHECK(worker->submit(5, activate_room{"room"}));
  await(5);
  CAF_CHECK_EQUAL(delivered.back().first, 5u);
}

CAF_TEST(stopping executes what waits and refuses what comes) {
  plan.hold();
  auto worker = start(std::make_unique<scripted_store>(plan), {1000, 10});
  worker->submit(0, activate_room{"first"});
  plan.await_group();
  for (store_worker::ticket i = 1; i <= 50; ++i)
    worker->submit(i, activate_room{"room"});
  plan.release();
  worker->stop();
  CAF_CHECK_EQUAL(delivered.size(), 51u);
  CAF_CHECK(!worker->submit(99, activate_room{"room"}));
  worker->stop();
  CAF_CHECK_EQUAL(delivered.size(), 51u);
}

CAF_TEST(the end of a worker delivers what waits) {
  {
    auto worker = start(std::make_unique<scripted_store>(plan), {});
    for (store_worker::ticket i = 0; i < 50; ++i)
      worker->submit(i, activate_room{"room"});
  }
  CAF_CHECK_EQUAL(delivered.size(), 50u);
}

CAF_TEST(a worker without work stops) {
  auto worker = start(std::make_unique<scripted_store>(plan), {});
  worker.reset();
  CAF_CHECK(delivered.empty());
}

CAF_TEST(a store that throws is unavailable and the worker goes on) {
  auto worker = start(std::make_unique<throwing_store>(), {});
  for (store_worker::ticket i = 0; i < 4; ++i) {
    worker->submit(i, check_store{});
    await(i + 1);
  }
  for (std::size_t i = 0; i < 3; ++i)
    CAF_CHECK(std::get<store_error>(delivered[i].second) == store_error::unavailable);
  CAF_CHECK(std::holds_alternative<done>(delivered[3].second));
}

CAF_TEST(submissions of many threads are all delivered and each ones order holds) {
  constexpr store_worker::ticket each = 2000;
  auto worker = start(std::make_unique<scripted_store>(plan), {each * 4, 64});
  std::vector<std::thread> threads;
  for (store_worker::ticket t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (store_worker::ticket i = 0; i < each; ++i)
        worker->submit(t * each + i, activate_room{"room"});
    });
  for (auto& thread : threads)
    thread.join();
  worker->stop();
  CAF_REQUIRE_EQUAL(delivered.size(), each * 4);
  std::vector<store_worker::ticket> next{0, each, 2 * each, 3 * each};
  for (const auto& [ticket, result] : delivered)
    CAF_CHECK_EQUAL(next[ticket / each]++, ticket);
}

CAF_TEST_FIXTURE_SCOPE_END()
