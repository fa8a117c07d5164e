#include <charconv>

#include "bench/protocols/all_protocols.hpp"

namespace klatsch::bench {

namespace {

/// The client protocol of nats-server in binary WebSocket messages. They are pieces of one stream
/// of bytes: a message of NATS may begin in one and end in another.
class nats_session final : public peer_session {
 public:
  explicit nats_session(std::string name) : name_(std::move(name)) {}

  void begin(payload_sink& out) override {
    rest_.clear();
    is_ready_ = false;
    out.send(
        R"(CONNECT {"verbose":false,"pedantic":false,"echo":true,"lang":"c++","protocol":1})"
        "\r\nSUB " +
        name_ + " 1\r\nPING\r\n");
  }
  void join(const std::string& room, bool, payload_sink& out) override {
    out.send("SUB " + room + " 2\r\nPING\r\n");
  }
  void say(const std::string& room, std::string_view text, payload_sink& out) override {
    publish(room, text, out);
  }
  void whisper(const std::string& address, std::string_view text, payload_sink& out) override {
    publish(address, text, out);
  }
  std::string address() const override { return name_; }

  void receive(std::string_view payload, payload_sink& out, peer_events& events) override {
    if (rest_.empty()) {
      auto used = take(payload, out, events);
      rest_.assign(payload.substr(used));
      return;
    }
    rest_.append(payload);
    rest_.erase(0, take(rest_, out, events));
  }

 private:
  void publish(std::string_view subject, std::string_view text, payload_sink& out) {
    text_ = "PUB ";
    text_.append(subject) += ' ';
    text_ += std::to_string(text.size());
    text_.append("\r\n").append(text).append("\r\n");
    out.send(text_);
  }

  std::size_t take(std::string_view bytes, payload_sink& out, peer_events& events) {
    std::size_t used = 0;
    for (;;) {
      auto left = bytes.substr(used);
      auto end = left.find('\n');
      if (end == left.npos)
        return used;
      auto size = end + 1;
      if (left.starts_with("MSG ")) {
        auto text = text_behind(left.substr(0, end));
        if (left.size() < size + text + 2)
          return used;
        deliver(left.substr(size, text), events);
        size += text + 2;
      } else {
        on_line(left.substr(0, end), out, events);
      }
      used += size;
    }
  }

  /// The size of the text: the last number in "MSG <subject> <subscription> <size>\r".
  static std::size_t text_behind(std::string_view line) {
    std::size_t size = 0;
    auto blank = line.rfind(' ');
    std::from_chars(line.data() + blank + 1, line.data() + line.size(), size);
    return size;
  }

  static void deliver(std::string_view text, peer_events& events) {
    stamp what;
    if (text.starts_with(stamp_mark) && read_stamp(text, 0, what))
      return events.on_delivery(what);
    events.on_failure("a text came broken: " + std::string{text});
  }

  void on_line(std::string_view line, payload_sink& out, peer_events& events) {
    if (line.starts_with("PING"))
      return out.send("PONG\r\n");
    if (line.starts_with("-ERR"))
      return events.on_failure(std::string{line});
    if (!line.starts_with("PONG"))
      return;
    if (is_ready_)
      return events.on_joined();
    is_ready_ = true;
    events.on_ready();
  }

  std::string name_;
  std::string rest_;
  std::string text_;
  bool is_ready_ = false;
};

class nats final : public peer_protocol {
 public:
  upgrade handshake() const override { return {"/", "", true}; }
  std::unique_ptr<peer_session>
  make_session(const std::string& run, std::uint32_t user) const override {
    return std::make_unique<nats_session>("u" + run + "-" + std::to_string(user));
  }
};

} // namespace

std::unique_ptr<peer_protocol> make_nats() {
  return std::make_unique<nats>();
}

} // namespace klatsch::bench
