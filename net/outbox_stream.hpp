#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/role.hpp>

#include "net/control_frames.hpp"
#include "net/frame_boundary.hpp"
#include "net/outbox.hpp"

namespace klatsch::net {

/// What lies under Beast's `websocket::stream`: reads come from the socket, writes (the handshake's
/// response, pongs and closes of Beast itself) go to the outbox, and so keep their place among our
/// own frames. A write completes when the outbox has it.
class outbox_stream {
 public:
  using executor_type = polled_socket::executor_type;
  using next_layer_type = polled_socket;

  /// The outbox outlives it.
  explicit outbox_stream(outbox& box) : outbox_(box) {}

  executor_type get_executor() noexcept { return next_layer().get_executor(); }
  polled_socket& next_layer() noexcept { return outbox_; }
  const polled_socket& next_layer() const noexcept { return outbox_; }

  /// Whether anything came from the client since the last call.
  bool take_heard() { return std::exchange(heard_, false); }

  /// Whether all that was read up to now are whole messages.
  bool between_messages() const { return frames_.between_messages(); }

  template <class MutableBuffers, class Handler>
  auto async_read_some(const MutableBuffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this](auto&& completion, const MutableBuffers& into) {
          next_layer().read_some(
              into, [this, completion = std::forward<decltype(completion)>(completion)](
                        const auto& error, std::size_t size, const auto& buffers) mutable {
                this->note_read(boost::beast::buffers_prefix(size, buffers));
                completion(error, size);
              });
        },
        handler, buffers);
  }

  template <class ConstBuffers, class Handler>
  auto async_write_some(const ConstBuffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this](auto&& completion, const ConstBuffers& from) {
          const std::string bytes{asio::buffers_begin(from), asio::buffers_end(from)};
          const auto size = bytes.size();
          const auto closes = is_close_frame(bytes.data(), size);
          outbox_.push(std::make_shared<const std::string>(bytes));
          if (closes)
            outbox_.seal();
          asio::post(
              get_executor(), boost::beast::bind_front_handler(
                                  std::forward<decltype(completion)>(completion),
                                  boost::system::error_code{}, size));
        },
        handler, buffers);
  }

  // What blocks elsewhere. Beast writes so only when a stream is opened for a client that has had
  // the answer to its handshake before (see frame_reader): this one goes nowhere. It reads so
  // never.
  template <class ConstBuffers>
  std::size_t write_some(const ConstBuffers& buffers) {
    return asio::buffer_size(buffers);
  }
  template <class ConstBuffers>
  std::size_t write_some(const ConstBuffers& buffers, boost::system::error_code& error) {
    error = {};
    return write_some(buffers);
  }
  template <class MutableBuffers>
  std::size_t read_some(const MutableBuffers& buffers) {
    boost::system::error_code error;
    read_some(buffers, error);
    throw boost::system::system_error(error);
  }
  template <class MutableBuffers>
  std::size_t read_some(const MutableBuffers&, boost::system::error_code& error) {
    error = asio::error::operation_not_supported;
    return 0;
  }

 private:
  template <class Buffers>
  void note_read(const Buffers& buffers) {
    for (const asio::const_buffer part : boost::beast::buffers_range_ref(buffers))
      frames_.take(part.data(), part.size());
    heard_ = true;
  }

  outbox& outbox_;
  frame_boundary frames_;
  bool heard_ = true;
};

/// Beast's closing handshake is over. What remains, the last bytes of the outbox and the end of
/// the TCP connection, is its owner's task.
template <class Handler>
void async_teardown(boost::beast::role_type, outbox_stream& stream, Handler&& handler) {
  asio::post(
      stream.get_executor(), boost::beast::bind_front_handler(
                                 std::forward<Handler>(handler), boost::system::error_code{}));
}

} // namespace klatsch::net
