#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include "net/socket_batch.hpp"

namespace klatsch::net {

namespace asio = boost::asio;

class socket_poller;

/// A socket that is in a list of those that are to be read.
using unread_hook = boost::intrusive::list_base_hook<
    boost::intrusive::tag<struct unread>,
    boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// A connected socket of an event loop, as far as a WebSocket needs one: it is read in batches by
/// the loop's socket_poller, in place of Asio's reactor, which asks each socket twice for each
/// message. Has what Beast needs of a stream to read from. Belongs to the loop's thread, on which
/// all handlers are called, whatever executor they name. There is one in each connection, so its
/// members are few.
class polled_socket : public unread_hook {
 public:
  using executor_type = asio::io_context::executor_type;

  polled_socket(const polled_socket&) = delete;
  polled_socket& operator=(const polled_socket&) = delete;

  executor_type get_executor() const noexcept;
  /// -1 after `close`.
  int native_handle() const { return descriptor_; }

  /// One at a time, into `socket_batch::most_parts` buffers at most.
  template <class MutableBuffers, class Handler>
  auto async_read_some(const MutableBuffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this](auto&& completion, const MutableBuffers& into) {
          this->read_some(
              into, [completion = std::forward<decltype(completion)>(completion)](
                        const auto& error, std::size_t bytes, const MutableBuffers&) mutable {
                completion(error, bytes);
              });
        },
        handler, buffers);
  }

  /// The same; `handler` is called with the buffers too.
  template <class MutableBuffers, class Handler>
  void read_some(const MutableBuffers& buffers, Handler&& handler) {
    start_read(std::make_unique<read_into<MutableBuffers, std::decay_t<Handler>>>(
        buffers, std::forward<Handler>(handler)));
  }

  /// The other side reads the end of the stream when it has read all that was sent.
  void shutdown_send();

  /// Destroys a read that is under way, and its handler uncalled, unless something has come for it
  /// (then false). The socket calls `on_readable` when something comes.
  bool forget_read();

  /// A read that is under way ends with `operation_aborted`. Idempotent.
  void close();

 protected:
  /// Takes over the descriptor. The poller outlives the socket.
  polled_socket(socket_poller& poller, int descriptor);
  ~polled_socket();

  /// The same. Who derives knows it anyway, which saves a member in each connection.
  virtual socket_poller& poller() const = 0;

  /// After a send that the socket did not take: `on_writable` will be called.
  void wait_writable() { waits_to_write_ = true; }
  /// It takes bytes again. Must not end any socket.
  virtual void on_writable() = 0;
  /// Something has come that no read waits for. Must not end any socket.
  virtual void on_readable() = 0;

 private:
  friend class socket_poller;
  template <class List, class Finish>
  friend void serve_in_batches(List& waiting, socket_batch& batch, Finish finish);

  /// A read that has begun and not ended, whatever its handler is.
  class read {
   public:
    virtual ~read() = default;
    virtual void add_to(socket_batch& batch) = 0;
    /// Calls the handler, and has destroyed the read before.
    static void
    end(std::unique_ptr<read> ended, boost::system::error_code error, std::size_t bytes) {
      ended.release()->destroy_and_call(error, bytes);
    }

    /// Of all buffers.
    std::uint32_t size = 0;
    /// The bytes that came, or the negative error number.
    int result = 0;

   protected:
    virtual void destroy_and_call(boost::system::error_code error, std::size_t bytes) = 0;
  };

  template <class MutableBuffers, class Handler>
  class read_into final : public read {
   public:
    read_into(const MutableBuffers& buffers, Handler handler)
        : buffers_(buffers), handler_(std::move(handler)) {
      size = static_cast<std::uint32_t>(asio::buffer_size(buffers));
    }

    void add_to(socket_batch& batch) override {
      const auto end = asio::buffer_sequence_end(buffers_);
      for (auto each = asio::buffer_sequence_begin(buffers_); each != end; ++each) {
        const asio::mutable_buffer part(*each);
        if (part.size() != 0)
          batch.add_part(part.data(), part.size());
      }
    }

   private:
    void destroy_and_call(boost::system::error_code error, std::size_t bytes) override {
      auto handler = std::move(handler_);
      const auto buffers = buffers_;
      delete this;
      handler(error, bytes, buffers);
    }

    MutableBuffers buffers_;
    Handler handler_;
  };

  void start_read(std::unique_ptr<read> begun);
  /// Of epoll. Calls no handler.
  void note(std::uint32_t events);
  bool add_to(socket_batch& reads);
  void take_result(int result);
  /// Calls the handler if the read has ended.
  void complete();

  std::unique_ptr<read> read_;
  int descriptor_;
  /// There may be something to read: epoll says so once, and then only when more has come.
  bool readable_ : 1 = false;
  /// A read that gets less than it asked for leaves something: the end of the stream, an error, or
  /// what stands behind an urgent byte.
  bool always_readable_ : 1 = false;
  bool waits_to_write_ : 1 = false;
};

/// How Beast ends a stream whose handshake takes too long.
inline void beast_close_socket(polled_socket& socket) {
  socket.close();
}

} // namespace klatsch::net
