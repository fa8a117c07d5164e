#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <boost/container/vector.hpp>
#include <boost/intrusive/list.hpp>

#include "actors/frame.hpp"
#include "net/tcp_socket.hpp"

namespace klatsch::net {

class event_loop;

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

/// A connection's socket and everything that leaves by it, in its order: a bounded queue of shared
/// frames. What comes within one turn of the event loop goes out by one gathering write. There is
/// one in each connection, so its members are as small as their bounds allow.
class outbox : public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// Both outlive the outbox. The socket is non-blocking. The limits are those of the loop.
  outbox(event_loop& loop, tcp_socket socket, outbox_owner& owner);
  ~outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  tcp_socket& socket() { return socket_; }
  const tcp_socket& socket() const { return socket_; }

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

  using frame_queue = boost::container::vector<
      wire_bytes,
      void,
      boost::container::vector_options<
          boost::container::stored_size<std::uint32_t>,
          boost::container::growth_factor<boost::container::growth_factor_100>>::type>;

  event_loop& loop_;
  outbox_owner& owner_;
  tcp_socket socket_;
  /// The queue is what stands from `head_` on.
  frame_queue frames_;
  std::uint32_t head_ = 0;
  /// Of the frame at `head_`, what has gone out.
  std::uint32_t written_ = 0;
  std::uint32_t bytes_ = 0;
  bool waiting_ = false;
  bool sealed_ = false;
  bool failed_ = false;
};

} // namespace klatsch::net
