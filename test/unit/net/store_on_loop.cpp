#define CAF_SUITE store_on_loop
#include "test/unit/suite.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <caf/scoped_actor.hpp>

#include "net/store_on_loop.hpp"
#include "persistence/store.hpp"
#include "test/unit/net/loop_fixture.hpp"

using namespace klatsch;
using namespace std::literals;
namespace ps = persistence;

namespace {

/// The other side of the store's connection: answers each byte with one, or nothing.
class far_side {
 public:
  ~far_side() {
    hang_up();
    if (thread_.joinable())
      thread_.join();
  }

  /// The descriptor of this side's end.
  int connect() {
    int ends[2];
    CAF_REQUIRE_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    if (thread_.joinable())
      thread_.join();
    end_ = ends[1];
    ++connects;
    thread_ = std::thread([this] { serve(); });
    return ends[0];
  }

  void hang_up() { shutdown(end_, SHUT_RDWR); }

  std::atomic<bool> silent = false;
  std::atomic<int> connects = 0;

 private:
  void serve() {
    char bytes[256];
    for (ssize_t size = 0; (size = recv(end_, bytes, sizeof bytes, 0)) > 0;)
      if (!silent)
        send(end_, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    close(end_);
  }

  std::atomic<int> end_ = -1;
  std::thread thread_;
};

/// A byte for each request there and back.
class byte_store final : public ps::nonblocking_store {
 public:
  byte_store(far_side& other, std::atomic<std::thread::id>& began) : other_(other), began_(began) {}
  ~byte_store() override { drop(); }

  std::vector<ps::store_result> execute(std::span<const ps::store_request> group) override {
    if (descriptor_ < 0)
      descriptor_ = other_.connect();
    return std::vector<ps::store_result>(group.size(), ps::done{});
  }
  bool is_connected() const override { return descriptor_ >= 0; }
  ps::execution_progress begin(std::span<const ps::store_request> group) override {
    began_ = std::this_thread::get_id();
    size_ = missing_ = group.size();
    const std::vector<char> bytes(size_, 'x');
    if (send(descriptor_, bytes.data(), size_, MSG_NOSIGNAL) == static_cast<ssize_t>(size_))
      return ps::execution_progress::waits;
    drop();
    return ps::execution_progress::complete;
  }
  ps::execution_progress advance() override {
    char bytes[256];
    const auto size = recv(descriptor_, bytes, std::min(sizeof bytes, missing_), MSG_DONTWAIT);
    if (size == 0)
      drop();
    missing_ -= static_cast<std::size_t>(std::max<ssize_t>(size, 0));
    return missing_ != 0 && is_connected() ? ps::execution_progress::waits
                                           : ps::execution_progress::complete;
  }
  int descriptor() override { return descriptor_; }
  std::chrono::milliseconds longest_silence() const override { return 100ms; }
  void give_up() override { drop(); }
  std::vector<ps::store_result> finish() override {
    if (missing_ == 0)
      return std::vector<ps::store_result>(size_, ps::done{});
    return std::vector<ps::store_result>(size_, ps::store_error::unavailable);
  }

 private:
  void drop() {
    if (descriptor_ >= 0)
      close(std::exchange(descriptor_, -1));
  }

  far_side& other_;
  std::atomic<std::thread::id>& began_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
  std::size_t missing_ = 0;
};

struct hosted_fixture : loop_fixture {
  hosted_fixture()
      : store(start_store(system, &counters, std::make_unique<byte_store>(other, began), {})),
        host(std::make_shared<net::store_on_loop>(*loop)) {
    CAF_REQUIRE(ask());
    host->join(store);
    // Until the loop has the store; each request before that is the worker's.
    CAF_REQUIRE(within(20s, [this] { return ask() && began.load() != std::thread::id{}; }));
  }

  ~hosted_fixture() {
    host->leave();
    CAF_CHECK(finish());
    store.worker->stop();
    caf::anon_send_exit(store.handle, caf::exit_reason::user_shutdown);
    store.handle = nullptr;
  }

  /// Whether it was answered with success.
  bool ask() {
    bool good = false;
    caf::scoped_actor self{system};
    self->request(store.handle, 20s, ps::check_store{})
        .receive([&](ps::done) { good = true; }, [](const caf::error&) {});
    return good;
  }

  bool began_on_loop() {
    return on_loop([] { return std::this_thread::get_id(); }) == began.load();
  }

  far_side other;
  std::atomic<std::thread::id> began{};
  running_store store;
  std::shared_ptr<net::store_on_loop> host;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(stores_on_loops, hosted_fixture)

CAF_TEST(the loop itself asks the store and answers) {
  for (int i = 0; i < 100; ++i)
    CAF_CHECK(ask());
  CAF_CHECK(began_on_loop());
  CAF_CHECK_EQUAL(other.connects.load(), 1);
}

CAF_TEST(a store that is silent is given up and the worker connects again) {
  other.silent = true;
  CAF_CHECK(!ask());
  other.silent = false;
  CAF_CHECK(ask());
  CAF_CHECK_EQUAL(other.connects.load(), 2);
  began = std::thread::id{};
  CAF_CHECK(within(20s, [this] { return ask() && began.load() != std::thread::id{}; }));
  CAF_CHECK(began_on_loop());
}

CAF_TEST(a connection that was closed while nobody asked costs no request) {
  other.hang_up();
  // The loop looks after its sockets before it does the second of these at the latest.
  for (int i = 0; i < 3; ++i)
    on_loop([] {});
  CAF_CHECK(ask());
  CAF_CHECK_EQUAL(other.connects.load(), 2);
}

CAF_TEST(who leaves while the store is silent loses no answer and lets the loop end) {
  other.silent = true;
  began = std::thread::id{};
  std::thread asking{[this] { CAF_CHECK(!ask()); }};
  CAF_CHECK(within(20s, [this] { return began.load() != std::thread::id{}; }));
  host->leave();
  asking.join();
  CAF_CHECK(finish());
}

CAF_TEST(after the leaving the worker goes on) {
  host->leave();
  began = std::thread::id{};
  for (int i = 0; i < 10; ++i)
    CAF_CHECK(ask());
  CAF_CHECK(began.load() == std::thread::id{});
}

CAF_TEST_FIXTURE_SCOPE_END()
