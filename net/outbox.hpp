#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "actors/frame.hpp"
#include "net/tcp_socket.hpp"

namespace klatsch::net {

class event_loop;

/// Bounds of the queue "outbox". Bytes of a shared frame count in every outbox that it is in.
struct outbox_limits {
  std::size_t bytes = 4 * 1024 * 1024;
  std::size_t frames = 4096;
};

/// What the owner of an outbox is told. The calls come from within `push` or from the loop.
class outbox_owner {
 public:
  virtual ~outbox_owner() = default;
  /// Over a bound: all that had not begun to go out has been dropped, the new frame too.
  virtual void on_outbox_overflow() = 0;
  /// All has been given to the kernel.
  virtual void on_outbox_empty() = 0;
  /// Nothing can be written any more.
  virtual void on_outbox_failed() = 0;
  /// Held while the outbox waits for the socket.
  virtual std::shared_ptr<void> keep_outbox() = 0;
};

/// Everything that leaves a connection, in its order: a bounded queue of shared frames. What comes
/// within one turn of the event loop goes out by one gathering write.
class outbox : public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// All outlive the outbox. The socket is non-blocking.
  outbox(event_loop& loop, tcp_socket& socket, const outbox_limits& limits, outbox_owner& owner);
  ~outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// `bytes` is one or more whole frames.
  void push(wire_bytes bytes);

  /// Whatever is pushed from now on is dropped: the close frame is the last one.
  void seal() { sealed_ = true; }
  bool sealed() const { return sealed_; }

  bool empty() const { return head_ == frames_.size(); }
  std::size_t frames() const { return frames_.size() - head_; }
  std::size_t bytes() const { return bytes_; }

  /// By the event loop, at the end of a turn.
  void flush();

  /// Keeps no memory where nothing waits.
  void shrink();

  /// Drops everything, for good.
  void discard();

 private:
  static constexpr std::size_t frames_per_write = 64;
  /// After so many writes other connections get their turn.
  static constexpr int writes_per_turn = 8;

  /// The bytes written by one system call; 0 when the socket takes none at the moment.
  std::size_t write_once(boost::system::error_code& error);
  /// The same for the only frame, as at a low load, by a system call that costs less; Asio has it
  /// not before Boost 1.76.
  std::size_t write_frame(const std::string& frame, boost::system::error_code& error);
  void consume(std::size_t bytes);
  void release_front();
  void drop_waiting();
  void account(std::int64_t difference);
  void wait_writable();

  event_loop& loop_;
  tcp_socket& socket_;
  const outbox_limits& limits_;
  outbox_owner& owner_;
  /// The queue is what stands from `head_` on.
  std::vector<wire_bytes> frames_;
  std::size_t head_ = 0;
  /// Of the frame at `head_`, what has gone out.
  std::size_t written_ = 0;
  std::size_t bytes_ = 0;
  bool waiting_ = false;
  bool sealed_ = false;
  bool failed_ = false;
};

} // namespace klatsch::net
