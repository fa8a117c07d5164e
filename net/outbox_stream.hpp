#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>

#include "net/control_frames.hpp"
#include "net/outbox.hpp"

namespace klatsch::net {

/// What lies under Beast's `websocket::stream`: reads come from the socket, writes (the handshake's
/// response, pongs and closes of Beast itself) go to the outbox, and so keep their place among our
/// own frames. A write completes when the outbox has it.
class outbox_stream {
 public:
  using executor_type = polled_socket::executor_type;
  using next_layer_type = polled_socket;

  /// As for an outbox.
  outbox_stream(event_loop& loop, int socket, outbox_owner& owner) : outbox_(loop, socket, owner) {}

  executor_type get_executor() noexcept { return next_layer().get_executor(); }
  polled_socket& next_layer() noexcept { return outbox_; }
  const polled_socket& next_layer() const noexcept { return outbox_; }

  outbox& box() { return outbox_; }

  /// Whether anything came from the client since the last call.
  bool take_heard() { return std::exchange(heard_, false); }

  template <class MutableBuffers, class Handler>
  auto async_read_some(const MutableBuffers& buffers, Handler&& handler) {
    heard_ = true;
    return next_layer().async_read_some(buffers, std::forward<Handler>(handler));
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

 private:
  outbox outbox_;
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
