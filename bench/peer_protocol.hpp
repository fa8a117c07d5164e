#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generator/stamp.hpp"
#include "bench/generator/web_socket.hpp"

namespace klatsch::bench {

/// What came of a payload, in the terms of a chat.
class peer_events {
 public:
  virtual ~peer_events() = default;
  /// From now on it may join, send and ask.
  virtual void on_ready() = 0;
  virtual void on_joined() = 0;
  /// A message of a room or a private one.
  virtual void on_delivery(const stamp& what) = 0;
  virtual void on_acknowledged(unsigned count) = 0;
  /// The answer to `ask_history`.
  virtual void on_page(unsigned messages) = 0;
  virtual void on_failure(const std::string& reason) = 0;
};

/// The state of one client in the protocol of a peer. It outlives its connections, so it can
/// resume.
class peer_session {
 public:
  virtual ~peer_session() = default;

  /// A WebSocket is open; leads to `on_ready`. The second time it resumes, where the protocol can.
  virtual void begin(payload_sink& out) = 0;
  virtual void receive(std::string_view payload, payload_sink& out, peer_events& events) = 0;

  /// Leads to `on_joined`. `first`: nobody has joined this room before.
  virtual void join(const std::string& room, bool first, payload_sink& out) = 0;
  virtual void say(const std::string& room, std::string_view text, payload_sink& out) = 0;
  /// To the user with this `address` of its own session.
  virtual void whisper(const std::string& address, std::string_view text, payload_sink& out) = 0;
  /// How others reach this user; known from `on_ready` on.
  virtual std::string address() const = 0;

  /// Asks it to keep note of where it is with each delivery, so that it can resume from there.
  virtual void keep_place() {}

  /// Several at once, as one batch where the protocol has such a thing.
  virtual void
  say_all(const std::string& room, const std::vector<std::string>& texts, payload_sink& out) {
    for (const auto& text : texts)
      say(room, text, out);
  }

  /// The newest messages; false where the protocol has no history.
  virtual bool ask_history(const std::string& room, unsigned limit, payload_sink& out) {
    static_cast<void>(room), static_cast<void>(limit), static_cast<void>(out);
    return false;
  }
};

/// What the load generator must know of a kind of server.
class peer_protocol {
 public:
  virtual ~peer_protocol() = default;
  virtual upgrade handshake() const = 0;
  /// `user`: dense from 0, `run`: unlike that of any other run.
  virtual std::unique_ptr<peer_session>
  make_session(const std::string& run, std::uint32_t user) const = 0;
  virtual bool acknowledges() const { return false; }
  virtual bool resumes() const { return false; }
  /// Whether it promises that all members see a room's messages in the same order.
  virtual bool has_one_order() const { return false; }
  /// Whether the sender of a private message gets it too.
  virtual bool shows_own_private() const { return false; }
};

/// By the name on the command line; nullptr where there is none of it.
std::unique_ptr<peer_protocol> make_protocol(std::string_view name);

/// The names that `make_protocol` knows.
const std::vector<std::string>& protocol_names();

} // namespace klatsch::bench
