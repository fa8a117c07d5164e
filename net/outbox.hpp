#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/container/vector.hpp>
#include <boost/intrusive/list.hpp>

#include "actors/connection.hpp"
#include "actors/frame.hpp"
#include "net/polled_socket.hpp"

namespace klatsch::net {

class event_loop;
class socket_batch;

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
  /// Something has come to its socket while nothing was reading. Must not end any connection.
  virtual void on_readable() = 0;
};

/// An outbox is in the list of those that are to be written.
using unflushed_hook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// A connection's socket and everything that leaves by it, in its order: a bounded queue of shared
/// frames. What comes within one turn of the event loop goes out by one gathering write, together
/// with those of all other connections. There is one in each connection, so its members are as
/// small as their bounds allow.
class outbox final : public polled_socket, public unflushed_hook, public message_sink {
 public:
  /// Both outlive the outbox. Takes over the socket. The limits are those of the loop.
  outbox(event_loop& loop, int socket, outbox_owner& owner);
  ~outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// `bytes` is one or more whole frames.
  void push(const wire_bytes& bytes) override;

  /// Whatever is pushed from now on is dropped: the close frame is the last one.
  void seal() { sealed_ = true; }
  bool sealed() const { return sealed_; }

  bool empty() const { return head_ == frames_.size(); }
  std::size_t frames() const { return frames_.size() - head_; }
  std::size_t bytes() const { return bytes_; }

  /// By the event loop, which writes at the end of a turn, see serve_in_batches: adds as much as
  /// one system call takes. False when what waited has been dropped meanwhile.
  bool add_to(socket_batch& writes);
  /// What has become of it: the bytes that the socket took, or the negative error number. Calls
  /// nobody.
  void take_result(int result);
  /// Tells the owner, or waits for the socket. True when there is more to write.
  bool settle();

  /// Keeps no memory where nothing waits.
  void shrink();

  /// Drops everything, for good.
  void discard();

 private:
  enum class state : std::uint8_t { writable, blocked, waiting, broken };

  void consume(std::size_t bytes);
  void release_front();
  void drop_waiting();
  void account(std::int64_t difference);
  socket_poller& poller() const override;
  void on_writable() override;
  void on_readable() override { owner_.on_readable(); }

  using frame_queue = boost::container::vector<
      wire_bytes,
      void,
      boost::container::vector_options<
          boost::container::stored_size<std::uint32_t>,
          boost::container::growth_factor<boost::container::growth_factor_100>>::type>;

  event_loop& loop_;
  outbox_owner& owner_;
  /// The queue is what stands from `head_` on.
  frame_queue frames_;
  std::uint32_t head_ = 0;
  /// Of the frame at `head_`, what has gone out.
  std::uint32_t written_ = 0;
  std::uint32_t bytes_ = 0;
  state state_ = state::writable;
  bool sealed_ = false;
};

} // namespace klatsch::net
