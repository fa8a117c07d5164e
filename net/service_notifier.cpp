#include "net/service_notifier.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace klatsch::net {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How soon the manager learns that the node is ready, and that this has changed.
constexpr milliseconds interval_until_ready{100};
constexpr milliseconds interval_when_ready{1000};
constexpr int pulses_per_watchdog = 3;

std::string text_of_variable(const char* name) {
  const char* text = std::getenv(name);
  return text ? text : "";
}

std::int64_t number_of_variable(const char* name) {
  const auto text = text_of_variable(name);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? number : 0;
}

/// The interval of pulses; zero where nobody waits for them, or for another process's.
milliseconds asked_pulse_interval() {
  const auto process = number_of_variable("WATCHDOG_PID");
  if (process != 0 && process != getpid())
    return milliseconds{0};
  const std::chrono::microseconds watchdog{number_of_variable("WATCHDOG_USEC")};
  if (watchdog <= watchdog.zero())
    return milliseconds{0};
  return std::max(
      milliseconds{1}, std::chrono::duration_cast<milliseconds>(watchdog / pulses_per_watchdog));
}

} // namespace

service_notifier::service_notifier(reason_source why_not_ready, pulse_source pulse)
    : why_not_ready_(std::move(why_not_ready)), pulse_(std::move(pulse)),
      address_(text_of_variable("NOTIFY_SOCKET")) {
  if (address_.empty())
    return;
  if (address_.size() >= sizeof(sockaddr_un::sun_path)) {
    spdlog::warn("NOTIFY_SOCKET is too long; the service manager hears nothing of this node");
    return;
  }
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  pulse_interval_ = asked_pulse_interval();
  next_pulse_ = steady_clock::now();
  thread_ = std::thread{[this] { watch(); }};
}

service_notifier::~service_notifier() {
  stopping();
  if (socket_ >= 0)
    ::close(socket_);
}

void service_notifier::stopping() {
  {
    const std::lock_guard guard{mutex_};
    if (std::exchange(stopping_, true))
      return;
  }
  changed_.notify_all();
  if (!thread_.joinable())
    return;
  thread_.join();
  send("STOPPING=1\nSTATUS=stopping");
}

void service_notifier::watch() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    lock.unlock();
    report_readiness();
    report_pulse();
    lock.lock();
    auto interval = started_ ? interval_when_ready : interval_until_ready;
    if (pulse_interval_ > pulse_interval_.zero())
      interval = std::min(interval, pulse_interval_);
    changed_.wait_for(lock, interval, [this] { return stopping_; });
  }
}

void service_notifier::report_readiness() {
  const auto reason = why_not_ready_();
  auto status = reason ? "not ready: " + *reason : "ready";
  std::replace(status.begin(), status.end(), '\n', ' ');
  if (status == status_)
    return;
  status_ = status;
  auto lines = "STATUS=" + status;
  if (!reason && !std::exchange(started_, true))
    lines = "READY=1\n" + lines;
  send(lines);
}

void service_notifier::report_pulse() {
  if (pulse_interval_ == pulse_interval_.zero() || steady_clock::now() < next_pulse_)
    return;
  next_pulse_ = steady_clock::now() + pulse_interval_;
  if (pulse_(pulse_interval_))
    send("WATCHDOG=1");
  else
    spdlog::error("a thread of this node does not answer; the service manager is not told alive");
}

void service_notifier::send(std::string_view lines) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (to.sun_path[0] == '@')
    to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const auto sent = ::sendto(
      socket_, lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&to), size);
  if (sent < 0 && !std::exchange(failed_, true))
    spdlog::warn("NOTIFY_SOCKET {}: {}", address_, std::strerror(errno));
}

} // namespace klatsch::net
