#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct io_uring;

namespace klatsch::net {

/// What is to be sent to many sockets, or received from them, by one system call where the kernel
/// has io_uring and permits it, and by one for each socket elsewhere, or where it is only one.
/// Either way all is done when `execute` returns: what a socket can't do at once is not waited for,
/// and nothing is under way in between.
///
/// The memory is the caller's, and to live until then. For one thread.
class socket_batch {
 public:
  static constexpr std::size_t most_sockets = 128;
  /// Of one socket.
  static constexpr std::size_t most_parts = 64;

  enum class action : std::uint8_t { send, receive };

  /// Without io_uring until `open_ring`.
  socket_batch();
  ~socket_batch();
  socket_batch(const socket_batch&) = delete;
  socket_batch& operator=(const socket_batch&) = delete;

  /// Where that fails the log says so, and it goes on without. By the thread that calls `execute`:
  /// the end of a ring interrupts what the thread that made it waits for.
  void open_ring();
  bool uses_io_uring() const { return ring_ != nullptr; }

  bool empty() const { return calls_.empty(); }
  /// One more socket may not find room.
  bool full() const;

  /// Not when it is full; a socket once in a batch.
  void add_socket(int socket, action what);
  /// Of the memory for the last socket: `most_parts` at most, and one at least. What is sent is
  /// only read.
  void add_part(const void* memory, std::size_t size);

  /// Does and forgets it all. For each socket, in the order in which they were added: how many
  /// bytes went, or the negative error number. Valid until something is added.
  std::span<const int> execute();

 private:
  struct ring_deleter {
    void operator()(io_uring* ring) const;
  };
  /// The parts are those from `first_part` on, up to the next socket's.
  struct call {
    int socket;
    action what;
    std::size_t first_part;
    msghdr header;
  };

  void complete_headers();
  void give_up_ring(int error);
  void call_once_for_all();
  /// What has no result yet.
  void call_once_for_each();

  std::unique_ptr<io_uring, ring_deleter> ring_;
  std::vector<call> calls_;
  std::vector<iovec> parts_;
  std::vector<int> results_;
};

} // namespace klatsch::net
