#pragma once

#include <array>
#include <cassert>
#include <cstddef>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "net/outbox_stream.hpp"
#include "protocol/limits.hpp"

namespace klatsch::net {

/// What reads a client's frames, and answers those of control: Beast's stream with its buffers,
/// over the connection's outbox. It is the larger half of a connection's memory, so a client that
/// is silent has none (DECISIONS 64): all that a stream knows between two messages is that it is
/// open.
class frame_reader {
 public:
  // Without compression: what it would save is not worth its memory per connection.
  using stream_type = boost::beast::websocket::stream<outbox_stream, false>;

  /// Before the handshake. The outbox outlives it.
  explicit frame_reader(outbox& box) : stream_(box) {
    stream_.read_message_max(protocol::limits::frame_bytes);
  }

  stream_type& stream() { return stream_; }

  /// Opens the stream without a handshake, for a client that has had one. Beast knows one way to
  /// do so, and that is to answer a handshake.
  void reopen() {
    boost::system::error_code error;
    stream_.accept(any_handshake(), error);
    assert(!error);
  }

  /// Whether anything came from the client since the last call.
  bool take_heard() { return stream_.next_layer().take_heard(); }

  /// Whether it could be replaced by another one, that is opened anew, while it waits for the
  /// client.
  bool between_messages() const { return stream_.next_layer().between_messages(); }

  asio::mutable_buffer piece() { return asio::buffer(piece_); }

 private:
  using request = boost::beast::http::request<boost::beast::http::empty_body>;

  /// The example of RFC 6455.
  static const request& any_handshake() {
    namespace http = boost::beast::http;
    static const request handshake = [] {
      request fields{http::verb::get, "/ws", 11};
      fields.set(http::field::host, "localhost");
      fields.set(http::field::upgrade, "websocket");
      fields.set(http::field::connection, "Upgrade");
      fields.set(http::field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
      fields.set(http::field::sec_websocket_version, "13");
      return fields;
    }();
    return handshake;
  }

  /// The largest part of a message that is taken at once. With what else is here it fills 256
  /// bytes.
  std::array<char, 240> piece_;
  stream_type stream_;
};

} // namespace klatsch::net
