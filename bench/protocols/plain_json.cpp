#include <rapidjson/document.h>

#include "bench/protocols/all_protocols.hpp"
#include "bench/protocols/json_text.hpp"

namespace klatsch::bench {

namespace {

/// What one would write first on a WebSocket of one's own: objects with a type, no acknowledgement.
/// Spoken by bench/peers/epoll_server.cpp and bench/peers/ws_server.mjs.
class plain_session final : public peer_session {
 public:
  explicit plain_session(std::string name) : name_(std::move(name)) {}

  void begin(payload_sink& out) override {
    text_ = R"({"type":"hello",)";
    append_member(text_, "name", name_);
    finish(out);
  }

  void join(const std::string& room, bool, payload_sink& out) override {
    text_ = R"({"type":"join",)";
    append_member(text_, "room", room);
    finish(out);
  }

  void say(const std::string& room, std::string_view text, payload_sink& out) override {
    text_ = R"({"type":"say",)";
    append_member(text_, "room", room);
    text_ += ',';
    append_member(text_, "text", text);
    finish(out);
  }

  void whisper(const std::string& address, std::string_view text, payload_sink& out) override {
    text_ = R"({"type":"tell",)";
    append_member(text_, "to", address);
    text_ += ',';
    append_member(text_, "text", text);
    finish(out);
  }

  std::string address() const override { return name_; }

  void receive(std::string_view payload, payload_sink&, peer_events& events) override {
    stamp what;
    if (auto at = find_stamp(payload); at != payload.npos) {
      if (read_stamp(payload, at, what))
        return events.on_delivery(what);
      return events.on_failure("a text came broken: " + std::string{payload});
    }
    rapidjson::Document document;
    document.Parse(payload.data(), payload.size());
    if (!document.IsObject() || !document.HasMember("type") || !document["type"].IsString())
      return events.on_failure("not understood: " + std::string{payload});
    std::string_view type = document["type"].GetString();
    if (type == "welcome")
      events.on_ready();
    else if (type == "joined")
      events.on_joined();
    else if (type == "error")
      events.on_failure("refused: " + std::string{payload});
  }

 private:
  void finish(payload_sink& out) {
    text_ += '}';
    out.send(text_);
  }

  std::string name_;
  std::string text_;
};

class plain_json final : public peer_protocol {
 public:
  upgrade handshake() const override { return {"/ws", "", false}; }
  std::unique_ptr<peer_session>
  make_session(const std::string& run, std::uint32_t user) const override {
    return std::make_unique<plain_session>("u" + run + "-" + std::to_string(user));
  }
};

} // namespace

std::unique_ptr<peer_protocol> make_plain_json() {
  return std::make_unique<plain_json>();
}

} // namespace klatsch::bench
