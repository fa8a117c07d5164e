#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace klatsch::bench {

/// Somebody whose socket is watched.
class event_handler {
 public:
  virtual ~event_handler() = default;
  /// `events` as of epoll_wait.
  virtual void on_events(std::uint32_t events) = 0;
  /// At the end of a turn of the loop in which it asked for that by `flush_later`.
  virtual void on_flush() = 0;
};

/// One epoll, one thread. A handler must live until the turn has ended in which it was removed.
class event_loop {
 public:
  event_loop();
  ~event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;

  void add(int socket, std::uint32_t events, event_handler& handler);
  void change(int socket, std::uint32_t events, event_handler& handler);
  void remove(int socket);
  void flush_later(event_handler& handler) { to_flush_.push_back(&handler); }

  /// Flushes, waits at most so long for events, handles them, flushes.
  void turn(std::int64_t longest_wait_us);

  /// Turns until `done` is true, and says whether it became so within that time.
  bool run_until(const std::function<bool()>& done, std::int64_t longest_us);

  /// When the bytes that are being handled were read.
  std::int64_t read_us() const { return read_us_; }
  std::uint64_t read_bytes() const { return read_bytes_; }
  void note_read(std::size_t bytes);

  /// Where sockets read into; one for all, so that it stays in the processor's cache.
  std::vector<char>& buffer() { return buffer_; }

 private:
  void flush();

  int epoll_ = -1;
  std::int64_t read_us_ = 0;
  std::uint64_t read_bytes_ = 0;
  std::vector<event_handler*> to_flush_;
  std::vector<event_handler*> flushing_;
  std::vector<char> buffer_;
};

} // namespace klatsch::bench
