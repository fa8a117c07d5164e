#define CAF_SUITE service_notifier
#include "test/unit/suite.hpp"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <string>

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/service_notifier.hpp"
#include "test/temporary_folder.hpp"
#include "test/unit/net/server_fixture.hpp"

using namespace std::literals;
using klatsch::net::service_notifier;

namespace {

/// A service manager: the socket to which a service tells how it is.
class manager {
 public:
  explicit manager(const std::string& address) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, address.data(), address.size());
    if (address[0] == '@')
      at.sun_path[0] = '\0';
    const auto size = offsetof(sockaddr_un, sun_path) + address.size();
    if (bind(socket_, reinterpret_cast<sockaddr*>(&at), static_cast<socklen_t>(size)) != 0)
      CAF_FAIL("no socket at " << address);
    setenv("NOTIFY_SOCKET", address.c_str(), 1);
  }

  ~manager() {
    for (auto name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
      unsetenv(name);
    close(socket_);
  }

  /// The next datagram; nothing where none comes in time.
  std::string next(std::chrono::milliseconds deadline = 5s) {
    pollfd waiting{socket_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(deadline.count())) != 1)
      return {};
    char bytes[512];
    const auto size = recv(socket_, bytes, sizeof bytes, 0);
    return {bytes, static_cast<std::size_t>(size)};
  }

  /// The same, but passes over so many that say only that the service is alive.
  std::string next_but_pulses() {
    auto found = next();
    while (found == "WATCHDOG=1")
      found = next();
    return found;
  }

 private:
  int socket_;
};

struct notifier_fixture {
  klatsch::temporary_folder folder;
  std::atomic<bool> ready = false;
  std::atomic<bool> alive = true;
  std::atomic<int> asked = 0;

  std::string path() const { return folder.file("notify"); }

  service_notifier::reason_source reason() {
    return [this] {
      ++asked;
      return ready ? std::nullopt : std::optional{"the store\ndoes not answer"s};
    };
  }

  service_notifier::pulse_source pulse() {
    return [this](std::chrono::milliseconds) { return alive.load(); };
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(service_notifier_tests, notifier_fixture)

CAF_TEST(a service is ready once and tells why when it is not ) {
  for (auto& address : {path(), "@" + path()}) {
    ready = false;
    manager systemd{address};
    service_notifier notifier{reason(), pulse()};
    CAF_CHECK_EQUAL(systemd.next(), "STATUS=not ready: the store does not answer");
    ready = true;
    CAF_CHECK_EQUAL(systemd.next(), "READY=1\nSTATUS=ready");
    ready = false;
    CAF_CHECK_EQUAL(systemd.next(), "STATUS=not ready: the store does not answer");
    ready = true;
    CAF_CHECK_EQUAL(systemd.next(), "STATUS=ready");
    notifier.stopping();
    CAF_CHECK_EQUAL(systemd.next(), "STOPPING=1\nSTATUS=stopping");
  }
}

CAF_TEST(nobody asks after the stop) {
  manager systemd{path()};
  service_notifier notifier{reason(), pulse()};
  systemd.next();
  notifier.stopping();
  const int before = asked;
  CAF_CHECK_EQUAL(systemd.next(), "STOPPING=1\nSTATUS=stopping");
  CAF_CHECK_EQUAL(systemd.next(300ms), "");
  CAF_CHECK_EQUAL(asked.load(), before);
}

CAF_TEST(a watched service tells that it is alive as long as it is) {
  ready = true;
  manager systemd{path()};
  setenv("WATCHDOG_USEC", "150000", 1);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  service_notifier notifier{reason(), pulse()};
  CAF_CHECK_EQUAL(systemd.next(), "READY=1\nSTATUS=ready");
  for (int i = 0; i != 3; ++i)
    CAF_CHECK_EQUAL(systemd.next(), "WATCHDOG=1");
  alive = false;
  while (systemd.next(500ms) == "WATCHDOG=1")
    CAF_MESSAGE("was under way");
  CAF_CHECK_EQUAL(systemd.next(300ms), "");
  alive = true;
  CAF_CHECK_EQUAL(systemd.next(), "WATCHDOG=1");
  notifier.stopping();
  CAF_CHECK_EQUAL(systemd.next_but_pulses(), "STOPPING=1\nSTATUS=stopping");
}

CAF_TEST(the watchdog of another process is not ours) {
  ready = true;
  manager systemd{path()};
  setenv("WATCHDOG_USEC", "30000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  service_notifier notifier{reason(), pulse()};
  CAF_CHECK_EQUAL(systemd.next(), "READY=1\nSTATUS=ready");
  CAF_CHECK_EQUAL(systemd.next(300ms), "");
}

CAF_TEST(without a manager nobody is asked and nothing is sent) {
  unsetenv("NOTIFY_SOCKET");
  service_notifier notifier{reason(), pulse()};
  notifier.stopping();
  CAF_CHECK_EQUAL(asked.load(), 0);
}

CAF_TEST(a manager that is gone does no harm) {
  ready = true;
  setenv("NOTIFY_SOCKET", path().c_str(), 1);
  {
    service_notifier notifier{reason(), pulse()};
    notifier.stopping();
  }
  setenv("NOTIFY_SOCKET", ("/" + std::string(200, 'x')).c_str(), 1);
  service_notifier notifier{reason(), pulse()};
  unsetenv("NOTIFY_SOCKET");
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(pulse_tests, server_fixture)

CAF_TEST(a server responds unless one of its threads hangs) {
  std::atomic<bool> hang = false;
  std::atomic<bool> hangs = false;
  callbacks.why_not_ready = [&]() -> std::optional<std::string> {
    hangs = hang.load();
    while (hang)
      usleep(1000);
    return std::nullopt;
  };
  start();
  CAF_CHECK(server->responds(5s));
  hang = true;
  loopback_client client{server->port()};
  client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CAF_REQUIRE(eventually([&] { return hangs.load(); }));
  CAF_CHECK(!server->responds(100ms));
  hang = false;
  client.read_to_end();
  CAF_CHECK(server->responds(5s));
}

CAF_TEST_FIXTURE_SCOPE_END()
