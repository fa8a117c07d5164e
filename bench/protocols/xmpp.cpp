#include "bench/protocols/all_protocols.hpp"

namespace klatsch::bench {

namespace {

constexpr std::string_view domain = "localhost";
constexpr std::string_view framing = "urn:ietf:params:xml:ns:xmpp-framing";

/// The value of an attribute, or the content of an element without children: what stands between.
std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  auto at = text.find(begin);
  if (at == text.npos)
    return {};
  auto rest = text.substr(at + begin.size());
  return std::string{rest.substr(0, rest.find(end))};
}

/// XMPP over WebSocket (RFC 7395) with an anonymous login and multi-user chat (XEP-0045).
class xmpp_session final : public peer_session {
 public:
  explicit xmpp_session(std::string name) : name_(std::move(name)) {}

  void begin(payload_sink& out) override {
    authenticated_ = false;
    open_stream(out);
  }

  void join(const std::string& room, bool, payload_sink& out) override {
    out.send(
        "<presence xmlns='jabber:client' to='" + jid_of(room) + "/" + name_ +
        "'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>");
  }
  void say(const std::string& room, std::string_view text, payload_sink& out) override {
    message(jid_of(room), "groupchat", text, out);
  }
  void whisper(const std::string& address, std::string_view text, payload_sink& out) override {
    message(address, "chat", text, out);
  }
  std::string address() const override { return jid_; }

  void receive(std::string_view payload, payload_sink& out, peer_events& events) override {
    if (payload.starts_with("<message")) {
      stamp what;
      auto at = find_stamp(payload);
      // Without a stamp it is the room's subject.
      if (at != payload.npos && read_stamp(payload, at, what))
        events.on_delivery(what);
      return;
    }
    if (payload.starts_with("<presence"))
      return on_presence(payload, events);
    on_login(payload, out, events);
  }

 private:
  static std::string jid_of(const std::string& room) {
    return room + "@conference." + std::string{domain};
  }

  static void open_stream(payload_sink& out) {
    out.send(
        "<open xmlns='" + std::string{framing} + "' to='" + std::string{domain} +
        "' version='1.0'/>");
  }

  void
  message(std::string_view to, std::string_view type, std::string_view text, payload_sink& out) {
    text_ = "<message xmlns='jabber:client' to='";
    text_.append(to).append("' type='").append(type).append("'><body>");
    text_.append(text).append("</body></message>");
    out.send(text_);
  }

  static void on_presence(std::string_view payload, peer_events& events) {
    if (payload.find("type='error'") != payload.npos ||
        payload.find("type=\"error\"") != payload.npos)
      return events.on_failure("refused: " + std::string{payload});
    // The status code of one's own presence, which comes behind everybody else's.
    if (payload.find("'110'") != payload.npos || payload.find("\"110\"") != payload.npos)
      events.on_joined();
  }

  void on_login(std::string_view payload, payload_sink& out, peer_events& events) {
    auto has = [&](std::string_view what) { return payload.find(what) != payload.npos; };
    if (payload.starts_with("<open"))
      return;
    if (has("<failure") || has("stream:error") || has("<close"))
      return events.on_failure("refused: " + std::string{payload});
    if (has("stream:features") || has("<features")) {
      out.send(
          authenticated_
              ? "<iq xmlns='jabber:client' type='set' id='bind'><bind "
                "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
              : "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>");
    } else if (has("<success")) {
      authenticated_ = true;
      open_stream(out);
    } else if (has("<jid>")) {
      jid_ = between(payload, "<jid>", "</jid>");
      out.send("<presence xmlns='jabber:client'/>");
      events.on_ready();
    } else if (payload.starts_with("<iq") && (has("type='get'") || has("type=\"get\""))) {
      answer_question(payload, out);
    }
  }

  /// Whoever doesn't answer a server's ping is taken for dead.
  static void answer_question(std::string_view payload, payload_sink& out) {
    auto id = between(payload, " id='", "'");
    if (id.empty())
      id = between(payload, " id=\"", "\"");
    out.send("<iq xmlns='jabber:client' type='result' id='" + id + "'/>");
  }

  std::string name_;
  std::string jid_;
  std::string text_;
  bool authenticated_ = false;
};

class xmpp final : public peer_protocol {
 public:
  upgrade handshake() const override { return {"/xmpp-websocket", "xmpp", false}; }
  std::unique_ptr<peer_session>
  make_session(const std::string& run, std::uint32_t user) const override {
    return std::make_unique<xmpp_session>("u" + run + "-" + std::to_string(user));
  }
};

} // namespace

std::unique_ptr<peer_protocol> make_xmpp() {
  return std::make_unique<xmpp>();
}

} // namespace klatsch::bench
