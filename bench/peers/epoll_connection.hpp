#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace klatsch::bench {

/// A frame for many, encoded once.
using shared_frame = std::shared_ptr<const std::string>;

/// The server's end of a connection: its socket, what was read and what waits to be written.
class epoll_connection {
 public:
  explicit epoll_connection(int socket) : socket_(socket) {}
  ~epoll_connection();
  epoll_connection(const epoll_connection&) = delete;
  epoll_connection& operator=(const epoll_connection&) = delete;

  int socket() const { return socket_; }
  /// Appends what has come to `unread`; false where the connection has ended.
  bool read();

  /// One system call for this frame, unless earlier ones wait.
  bool write_now(shared_frame frame);
  void queue(shared_frame frame) { waiting_.push_back(std::move(frame)); }
  /// One system call for many of those that wait; false where the connection has ended.
  bool write_waiting();
  bool has_waiting() const { return !waiting_.empty(); }

  std::string unread;
  bool upgraded = false;
  bool flushes = false;
  bool watches_writing = false;
  std::string name;
  std::set<std::string> rooms;

 private:
  void drop(std::size_t bytes);

  int socket_;
  std::deque<shared_frame> waiting_;
  /// Bytes of the first that have left.
  std::size_t written_ = 0;
};

} // namespace klatsch::bench
