#define CAF_SUITE store_hosts
#include <caf/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "persistence/store_host.hpp"
#include "persistence/store_worker.hpp"

using namespace klatsch::persistence;

namespace {

using std::chrono::milliseconds;

/// The host's thread is whoever calls `run` and the rest.
class manual_host : public store_host {
 public:
  void post(std::function<void()> function) override {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(function));
  }

  bool watch(int, std::function<void()> on_readable, std::function<void()> on_silence) override {
    if (refuses) {
      ++refused;
      return false;
    }
    readable = std::move(on_readable);
    silence = std::move(on_silence);
    return watches = true;
  }
  void forget() override { watches = false; }
  void expect_within(milliseconds time) override { expected = time; }
  void expect_nothing() override { expected = milliseconds{0}; }

  /// Calls what was posted, until nothing is; true when there was something.
  bool run() {
    bool any = false;
    while (auto function = next()) {
      function();
      any = true;
    }
    return any;
  }

  /// Calls what is posted until the condition holds.
  template <class Condition>
  void run_until(Condition condition) {
    while (!condition())
      if (!run())
        std::this_thread::yield();
  }
  void await_watch() {
    run_until([this] { return watches.load(); });
  }

  bool refuses = false;
  int refused = 0;
  std::atomic<bool> watches = false;
  milliseconds expected{0};
  std::function<void()> readable;
  std::function<void()> silence;

 private:
  std::function<void()> next() {
    std::lock_guard lock(mutex_);
    if (posted_.empty())
      return {};
    auto first = std::move(posted_.front());
    posted_.pop_front();
    return first;
  }

  std::mutex mutex_;
  std::deque<std::function<void()>> posted_;
};

/// What a test and its store know together. The store has no lock: it is used by one thread at a
/// time, or the thread sanitizer and the checks below say so.
struct remote {
  bool connected = false;
  execution_progress begins = execution_progress::waits;
  execution_progress advances = execution_progress::complete;
  /// Where it is set, what happens is its choice.
  std::function<execution_progress()> chance;
  std::vector<std::size_t> executed;
  std::vector<std::size_t> begun;
  std::vector<std::size_t> finished;
  bool given_up = false;
};

class remote_store : public nonblocking_store {
 public:
  explicit remote_store(remote& known) : remote_(known) {}

  std::vector<store_result> execute(std::span<const store_request> group) override {
    remote_.connected = true;
    remote_.executed.push_back(group.size());
    return std::vector<store_result>(group.size(), done{});
  }
  bool is_connected() const override { return remote_.connected; }
  execution_progress begin(std::span<const store_request> group) override {
    size_ = group.size();
    remote_.begun.push_back(size_);
    return remote_.chance ? remote_.chance() : remote_.begins;
  }
  execution_progress advance() override {
    return remote_.chance ? remote_.chance() : remote_.advances;
  }
  int descriptor() override { return 7; }
  milliseconds longest_silence() const override { return milliseconds{1234}; }
  void give_up() override {
    remote_.given_up = true;
    remote_.connected = false;
  }
  std::vector<store_result> finish() override {
    remote_.finished.push_back(size_);
    if (remote_.given_up)
      return std::vector<store_result>(size_, store_error::unavailable);
    return std::vector<store_result>(size_, done{});
  }

 private:
  remote& remote_;
  std::size_t size_ = 0;
};

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
