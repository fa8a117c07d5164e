#define CAF_SUITE store_hosts
#include <caf/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "persistence/store_worker.hpp"
#include "test/unit/persistence/manual_host.hpp"
#include "test/unit/persistence/remote_store.hpp"

using namespace klatsch::persistence;

namespace {

using std::chrono::milliseconds;

struct host_fixture {
  host_fixture() {
    worker = std::make_unique<store_worker>(
        std::make_unique<remote_store>(known), store_worker::options{}, receiver(by_worker));
  }
  ~host_fixture() { leave(); }

  store_worker::receiver receiver(std::size_t& count, std::chrono::microseconds delay = {}) {
    return [this, &count, delay](store_worker::completed results) {
      // Whoever lets the other one go on too early is overtaken now.
      std::this_thread::sleep_for(delay);
      std::lock_guard lock(mutex);
      count += results.size();
      for (auto& result : results)
        delivered.push_back(std::move(result));
      arrived.notify_all();
    };
  }

  /// The host waits for the store's connection from here on.
  void join(std::chrono::microseconds delay = {}) {
    submit(1);
    await(1);
    worker->join(host, receiver(by_host, delay));
    host.await_watch();
  }

  /// This thread is the host's, so that another one has to ask for its leaving.
  void leave() {
    std::atomic<bool> left = false;
    std::thread leaving([&] {
      worker->leave_host();
      left = true;
    });
    host.run_until([&] { return left.load(); });
    leaving.join();
  }

  void submit(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      CAF_REQUIRE(worker->submit(next++, check_store{}));
  }

  void await(std::size_t count) {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return delivered.size() >= count; });
  }

  void check_order() {
    for (std::size_t i = 0; i < delivered.size(); ++i)
      CAF_CHECK_EQUAL(delivered[i].first, i);
  }

  remote known;
  manual_host host;
  std::mutex mutex;
  std::condition_variable arrived;
  store_worker::completed delivered;
  std::size_t by_worker = 0;
  std::size_t by_host = 0;
  store_worker::ticket next = 0;
  std::unique_ptr<store_worker> worker;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(hosts_of_a_store, host_fixture)

CAF_TEST(a host executes what waits as one group and delivers it itself) {
  join();
  submit(3);
  CAF_CHECK(known.begun.empty());
  host.run();
  CAF_CHECK(known.begun == std::vector<std::size_t>({3}));
  CAF_CHECK(host.expected == milliseconds{1234});
  CAF_CHECK_EQUAL(by_host, 0u);
  submit(2);
  host.run();
  CAF_CHECK_EQUAL(known.begun.size(), 1u);
  host.readable();
  CAF_CHECK(known.begun == std::vector<std::size_t>({3, 2}));
  CAF_CHECK_EQUAL(by_host, 3u);
  host.readable();
  CAF_CHECK_EQUAL(by_host, 5u);
  CAF_CHECK(host.expected == milliseconds{0});
  CAF_CHECK_EQUAL(by_worker, 1u);
  check_order();
}

CAF_TEST(a part of the answer is waited for further) {
  join();
  submit(1);
  host.run();
  known.advances = execution_progress::waits;
  host.expect_nothing();
  host.readable();
  CAF_CHECK_EQUAL(by_host, 0u);
  CAF_CHECK(host.expected == milliseconds{1234});
  known.advances = execution_progress::complete;
  host.readable();
  CAF_CHECK_EQUAL(by_host, 1u);
}

CAF_TEST(many requests are executed by the worker until few come again) {
  join();
  submit(17);
  host.run();
  await(18);
  CAF_CHECK(!host.watches);
  CAF_CHECK(known.executed == std::vector<std::size_t>({1, 17}));
  CAF_CHECK(!host.run());
  submit(1);
  await(19);
  host.await_watch();
  submit(1);
  host.run();
  host.readable();
  CAF_CHECK_EQUAL(by_host, 1u);
  CAF_CHECK_EQUAL(by_worker, 19u);
  check_order();
}

CAF_TEST(a host that takes one request at a time has its turn as well) {
  worker = std::make_unique<store_worker>(
      std::make_unique<remote_store>(known), store_worker::options{100, 10, 1},
      receiver(by_worker));
  join();
  submit(1);
  host.run();
  host.readable();
  CAF_CHECK_EQUAL(by_host, 1u);
}

CAF_TEST(a store that throws is given up and the host goes on) {
  join();
  known.chance = []() -> execution_progress { throw std::runtime_error("broken"); };
  submit(2);
  host.run();
  CAF_CHECK_EQUAL(by_host, 2u);
  CAF_CHECK(std::get<store_error>(delivered.back().second) == store_error::unavailable);
  known.chance = nullptr;
  submit(1);
  await(4);
  CAF_CHECK_EQUAL(by_worker, 2u);
}

CAF_TEST(what would block the host is finished by the worker) {
  join();
  known.begins = execution_progress::blocks;
  submit(2);
  host.run();
  await(3);
  CAF_CHECK_EQUAL(by_worker, 3u);
  CAF_CHECK(known.finished == std::vector<std::size_t>({2}));
  host.await_watch();
  known.begins = execution_progress::waits;
  known.advances = execution_progress::blocks;
  submit(1);
  host.run();
  host.readable();
  await(4);
  CAF_CHECK_EQUAL(by_worker, 4u);
  CAF_CHECK_EQUAL(by_host, 0u);
  check_order();
}

CAF_TEST(a silent store fails the group and is connected to by the worker) {
  join();
  submit(2);
  host.run();
  host.silence();
  CAF_CHECK_EQUAL(by_host, 2u);
  CAF_CHECK(std::get<store_error>(delivered.back().second) == store_error::unavailable);
  CAF_CHECK(!host.watches);
  submit(1);
  await(4);
  CAF_CHECK_EQUAL(by_worker, 2u);
  CAF_CHECK(std::holds_alternative<done>(delivered.back().second));
  host.await_watch();
}

CAF_TEST(a connection that ends while nothing is under way is let go) {
  join();
  known.connected = false;
  host.readable();
  CAF_CHECK(!host.watches);
  submit(1);
  await(2);
  CAF_CHECK_EQUAL(by_worker, 2u);
}

CAF_TEST(a host that can not watch leaves all to the worker) {
  submit(1);
  await(1);
  host.refuses = true;
  worker->join(host, receiver(by_host));
  host.run_until([this] { return host.refused == 1; });
  submit(1);
  await(2);
  host.run_until([this] { return host.refused == 2; });
  submit(1);
  await(3);
  CAF_CHECK_EQUAL(by_worker, 3u);
  check_order();
}

CAF_TEST(who leaves finishes what is under way elsewhere) {
  join();
  submit(2);
  host.run();
  submit(1);
  leave();
  await(4);
  CAF_CHECK_EQUAL(by_host, 0u);
  CAF_CHECK(!host.watches);
  submit(1);
  CAF_CHECK(!host.run());
  await(5);
  CAF_CHECK_EQUAL(by_worker, 5u);
  check_order();
}

CAF_TEST(with no requests for a host nothing is asked of it) {
  worker = std::make_unique<store_worker>(
      std::make_unique<remote_store>(known), store_worker::options{100, 10, 0},
      receiver(by_worker));
  worker->join(host, receiver(by_host));
  submit(5);
  await(5);
  CAF_CHECK(!host.run());
  CAF_CHECK_EQUAL(by_worker, 5u);
}

CAF_TEST(results come in the order of submission however often the turn changes) {
  constexpr std::size_t each = 5000;
  join(std::chrono::microseconds{50});
  std::atomic<bool> submitting = true;
  std::thread submitter([&] {
    std::mt19937 dice{2611};
    for (std::size_t i = 0; i < each;) {
      const auto count = std::min<std::size_t>(1 + dice() % (dice() % 8 == 0 ? 40 : 3), each - i);
      submit(count);
      i += count;
      if (dice() % 4 != 0)
        await(i + 1);
    }
    submitting = false;
  });
  std::mt19937 dice{2612};
  known.chance = [&] {
    known.connected = dice() % 16 != 0;
    constexpr std::array outcomes{
        execution_progress::waits, execution_progress::complete, execution_progress::blocks};
    return known.connected ? outcomes[dice() % outcomes.size()] : execution_progress::complete;
  };
  auto await_end = [&] {
    std::lock_guard lock(mutex);
    return delivered.size() == each + 1;
  };
  while (submitting || !await_end()) {
    if (!host.run())
      std::this_thread::yield();
    if (host.watches)
      host.readable();
  }
  submitter.join();
  CAF_CHECK_EQUAL(by_host + by_worker, each + 1);
  CAF_CHECK_GREATER(by_host, 0u);
  CAF_CHECK_GREATER(by_worker, 1u);
  check_order();
}

CAF_TEST_FIXTURE_SCOPE_END()
