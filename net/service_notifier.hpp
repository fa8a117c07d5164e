#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace klatsch::net {

/// Tells the service manager that started this process how the node is: ready, not ready and why,
/// alive, stopping. It speaks systemd's protocol (sd_notify): datagrams of lines to the Unix socket
/// that the environment variable NOTIFY_SOCKET names, a path or, after an @, a name of Linux's
/// abstract namespace. Without that variable it does nothing.
class service_notifier {
 public:
  /// Why the node can't serve, or nothing.
  using reason_source = std::function<std::optional<std::string>()>;
  /// Whether what should work does so within this time.
  using pulse_source = std::function<bool(std::chrono::milliseconds deadline)>;

  /// Reads the environment, and starts the thread that asks the two functions until `stopping`.
  /// `pulse` is asked where the manager wants to hear of us regularly (WATCHDOG_USEC), once in a
  /// third of that time; what does not answer is not reported as alive, and the manager ends the
  /// process. Neither may throw.
  service_notifier(reason_source why_not_ready, pulse_source pulse);

  /// Calls `stopping`, if nobody has.
  ~service_notifier();
  service_notifier(const service_notifier&) = delete;
  service_notifier& operator=(const service_notifier&) = delete;

  /// Tells that the node stops. The two functions are not called any more once it has returned.
  void stopping();

 private:
  void watch();
  void report_readiness();
  void report_pulse();
  void send(std::string_view lines);

  const reason_source why_not_ready_;
  const pulse_source pulse_;
  int socket_ = -1;
  std::string address_;
  /// Zero: nobody watches.
  std::chrono::milliseconds pulse_interval_{0};
  std::chrono::steady_clock::time_point next_pulse_;
  /// Has been ready once: a service starts only once.
  bool started_ = false;
  std::string status_;
  bool failed_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace klatsch::net
