#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/peers/epoll_connection.hpp"

namespace klatsch::bench {

/// What the kernel allows: a chat server that does nothing but hand on, on one thread. No store, no
/// accounts, no acknowledgement, no bound on what waits for a slow client.
class epoll_server {
 public:
  /// `gathers`: frames wait until the end of the turn of the loop and leave with one writev;
  /// otherwise each leaves at once, with a send of its own.
  explicit epoll_server(bool gathers);
  ~epoll_server();
  epoll_server(const epoll_server&) = delete;
  epoll_server& operator=(const epoll_server&) = delete;

  /// On the loopback; 0: any free port. Returns the port.
  std::uint16_t listen(std::uint16_t port);
  [[noreturn]] void run();

 private:
  using connection = epoll_connection;

  void accept_all();
  void on_events(connection& who, std::uint32_t events);
  bool take_input(connection& who);
  bool handle(connection& who, unsigned kind, std::string_view text);
  void join(connection& who, const std::string& room);
  void deliver(connection& who, const shared_frame& frame);
  void flush();
  void watch(connection& who);
  void end(connection& who);

  bool gathers_;
  int epoll_ = -1;
  int listener_ = -1;
  std::unordered_map<int, std::unique_ptr<connection>> connections_;
  std::unordered_map<std::string, std::vector<connection*>> rooms_;
  std::unordered_map<std::string, connection*> names_;
  std::vector<connection*> to_flush_;
  /// Ended within this turn; kept until its end, for events and lists that still name them.
  std::vector<std::unique_ptr<connection>> ended_;
};

} // namespace klatsch::bench
