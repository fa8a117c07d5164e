#include "bench/protocols/all_protocols.hpp"
#include "bench/protocols/json_text.hpp"

namespace klatsch::bench {

namespace {

/// Socket.IO 5 in Engine.IO 4 over its WebSocket transport, as the servers of Socket.IO 4 speak it.
/// Each packet is one text message: a digit for Engine.IO (0 open, 2 ping, 4 message), in messages
/// a digit for Socket.IO (0 connect, 2 event, 3 acknowledgement, 4 refusal), then JSON.
class socket_io_session final : public peer_session {
 public:
  explicit socket_io_session(std::string name) : name_(std::move(name)) {}

  // Nothing: the server speaks first.
  void begin(payload_sink&) override {}

  void join(const std::string& room, bool, payload_sink& out) override {
    event(R"(421["join",)", room, {}, out);
  }
  void say(const std::string& room, std::string_view text, payload_sink& out) override {
    event(R"(42["say",)", room, text, out);
  }
  void whisper(const std::string& address, std::string_view text, payload_sink& out) override {
    event(R"(42["tell",)", address, text, out);
  }
  std::string address() const override { return name_; }

  void receive(std::string_view payload, payload_sink& out, peer_events& events) override {
    if (payload.starts_with("42")) {
      stamp what;
      auto at = find_stamp(payload);
      if (at != payload.npos && read_stamp(payload, at, what))
        return events.on_delivery(what);
      return events.on_failure("a text came broken: " + std::string{payload});
    }
    if (payload.starts_with('2'))
      return out.send("3");
    if (payload.starts_with('0'))
      return out.send("40");
    if (payload.starts_with("40"))
      return event(R"(420["hello",)", name_, {}, out);
    if (payload.starts_with("430"))
      return events.on_ready();
    if (payload.starts_with("431"))
      return events.on_joined();
    if (payload.starts_with('6'))
      return;
    events.on_failure("not understood: " + std::string{payload});
  }

 private:
  void event(
      std::string_view begin, std::string_view first, std::string_view second, payload_sink& out) {
    text_ = begin;
    append_quoted(text_, first);
    if (!second.empty()) {
      text_ += ',';
      append_quoted(text_, second);
    }
    text_ += ']';
    out.send(text_);
  }

  std::string name_;
  std::string text_;
};

class socket_io final : public peer_protocol {
 public:
  upgrade handshake() const override {
    return {"/socket.io/?EIO=4&transport=websocket", "", false};
  }
  std::unique_ptr<peer_session>
  make_session(const std::string& run, std::uint32_t user) const override {
    return std::make_unique<socket_io_session>("u" + run + "-" + std::to_string(user));
  }
};

} // namespace

std::unique_ptr<peer_protocol> make_socket_io() {
  return std::make_unique<socket_io>();
}

} // namespace klatsch::bench
