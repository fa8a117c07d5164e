#pragma once

#include <string>
#include <string_view>

#include "bench/generator/endpoint.hpp"
#include "bench/generator/event_loop.hpp"
#include "bench/generator/frames.hpp"

namespace klatsch::bench {

/// What a client asks for in the handshake.
struct upgrade {
  std::string path = "/";
  std::string subprotocol;
  bool binary = false;
};

/// Where a peer's protocol writes payloads of WebSocket messages.
class payload_sink {
 public:
  virtual ~payload_sink() = default;
  virtual void send(std::string_view payload) = 0;
};

/// The client's end of a WebSocket. What is sent within a turn of the loop leaves with one system
/// call at its end.
class web_socket final : public event_handler, public payload_sink {
 public:
  class listener {
   public:
    virtual ~listener() = default;
    virtual void on_open() = 0;
    virtual void on_payload(std::string_view payload) = 0;
    /// Not called after `close`.
    virtual void on_closed(const std::string& reason) = 0;
  };

  web_socket(event_loop& loop, listener& owner) : loop_(loop), owner_(owner) {}
  ~web_socket() override { close(); }
  web_socket(const web_socket&) = delete;
  web_socket& operator=(const web_socket&) = delete;

  /// `number` of the connection: one address of the loopback has ports for 28,000 only.
  void connect(const endpoint& server, const upgrade& request, std::size_t number);
  void send(std::string_view payload) override;
  /// At once and without a close frame, as when the network breaks.
  void close();

  void on_events(std::uint32_t events) override;
  void on_flush() override;

 private:
  enum class state { closed, connecting, handshaking, open };

  void write_some();
  void read_some();
  std::size_t take_response(std::string_view bytes);
  std::size_t take_frames(std::string_view bytes);
  void handle(const frame& what);
  void flush_later();
  void fail(const std::string& reason);

  event_loop& loop_;
  listener& owner_;
  state state_ = state::closed;
  int socket_ = -1;
  bool waits_to_write_ = false;
  bool flushes_ = false;
  opcode kind_ = opcode::text;
  std::string out_;
  /// The beginning of what is incomplete.
  std::string rest_;
  /// The fragments of a message that is split into frames.
  std::string fragments_;
  bool fragmented_ = false;
};

} // namespace klatsch::bench
