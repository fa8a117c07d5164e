#pragma once

#include <memory>
#include <optional>
#include <string>

#include "actors/frame.hpp"
#include "protocol/close_codes.hpp"
#include "protocol/codec.hpp"

namespace klatsch {

/// Takes what one client gets, in its order.
class message_sink {
 public:
  /// Puts one or more messages into the outbox, a bounded queue. When that is full the connection
  /// closes itself with `slow_consumer`, and the session hears of it by `disconnected`.
  virtual void push(const wire_bytes& bytes) = 0;

 protected:
  ~message_sink() = default;
};

/// What a session sees of its connection. All calls are made on the connection's own thread, and
/// none of them blocks or throws.
class connection : public message_sink {
 public:
  virtual ~connection() = default;

  virtual protocol::wire_format format() const = 0;

  /// Where `push` leads to, as long as the connection lives. Who pushes to thousands in turn calls
  /// that: the way through each connection is memory that no cache holds any more.
  virtual message_sink& sink() { return *this; }

  /// Sends what the outbox holds, then the close frame. Later pushes are ignored.
  virtual void close(protocol::close_code code) = 0;

  /// The session has dealt with the last inbound message and wants the next one. There is never
  /// more than one message of a client waiting: a client that sends faster waits in TCP.
  virtual void read_next() = 0;
};

using connection_ptr = std::shared_ptr<connection>;

/// What is known of a client before it says anything.
struct client_identity {
  /// The cookie's token, where there is one and the Origin was found to be ours.
  std::optional<std::string> cookie_token;
  /// For the log.
  std::string remote_address;
};

} // namespace klatsch
