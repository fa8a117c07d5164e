#include <charconv>
#include <rapidjson/document.h>
#include <stdexcept>

#include "bench/protocols/all_protocols.hpp"
#include "bench/protocols/json_text.hpp"
#include "bench/protocols/klatsch_session.hpp"

namespace klatsch::bench {

namespace {

using value = rapidjson::Value;

constexpr std::string_view message_begin = R"({"jsonrpc":"2.0","method":"message","params":{)";
constexpr std::string_view private_begin = R"({"jsonrpc":"2.0","method":"private","params":{)";
constexpr std::string_view whispered_begin = R"({"jsonrpc":"2.0","id":5,"result":{)";
constexpr std::string_view sent_begin = R"({"jsonrpc":"2.0","id":4,"result":{)";

/// The integer behind `name` within the first bytes of an object; negative where it isn't there.
std::int64_t integer_behind(std::string_view bytes, std::string_view name) {
  auto at = bytes.substr(0, 256).find(name);
  std::int64_t number = -1;
  if (at != bytes.npos)
    std::from_chars(bytes.data() + at + name.size(), bytes.data() + bytes.size(), number);
  return number;
}

std::string text_member(const value& object, const char* name) {
  auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

class klatsch_json_session final : public klatsch_session {
 public:
  static upgrade spoken() { return {"/ws", "klatsch.v1.json", false}; }

  void say(const std::string& room, std::string_view text, payload_sink& out) override {
    text_.clear();
    append_say(room, text);
    out.send(text_);
  }

  void say_all(
      const std::string& room, const std::vector<std::string>& texts, payload_sink& out) override {
    text_ = "[";
    for (const auto& text : texts) {
      if (text_.size() > 1)
        text_ += ',';
      append_say(room, text);
    }
    text_ += ']';
    out.send(text_);
  }

  void whisper(const std::string& address, std::string_view text, payload_sink& out) override {
    text_.clear();
    begin_request(whispering, "user.send");
    append_member(text_, "to", address);
    append_text_and_cid(text);
    text_ += "}}";
    out.send(text_);
  }

  bool ask_history(const std::string& room, unsigned limit, payload_sink& out) override {
    text_.clear();
    begin_request(asking, "room.history");
    append_member(text_, "room", room);
    text_ += ",\"limit\":" + std::to_string(limit) + "}}";
    out.send(text_);
    return true;
  }

  void receive(std::string_view payload, payload_sink& out, peer_events& events) override {
    // These are nearly all that comes; a JSON parser for each would be what is measured.
    if (payload.starts_with(message_begin) || payload.starts_with(private_begin)) {
      stamp what;
      auto at = find_stamp(payload);
      if (at == payload.npos || !read_stamp(payload, at, what))
        return events.on_failure("a text came broken: " + std::string{payload});
      if (keeps_place_)
        cursor_ = integer_behind(payload, "\"seq\":");
      return events.on_delivery(what);
    }
    if (payload.starts_with(sent_begin) || payload.starts_with(whispered_begin))
      return events.on_acknowledged(1);
    receive_other(payload, out, events);
  }

 private:
  void send_open(payload_sink& out) override {
    text_.clear();
    begin_request(opening, "session.open");
    if (!token_.empty()) {
      append_member(text_, "token", token_);
      if (cursor_ >= 0) {
        text_ += ",\"resume\":[{";
        append_member(text_, "room", room_);
        text_ += ",\"after\":" + std::to_string(cursor_) + "}]";
      }
    }
    text_ += "}}";
    out.send(text_);
  }

  void send_create(const std::string& room, payload_sink& out) override {
    text_.clear();
    begin_request(creating, "room.create");
    append_member(text_, "title", "Bench");
    text_ += ',';
    append_member(text_, "room", room);
    text_ += "}}";
    out.send(text_);
  }

  void send_join(const std::string& room, payload_sink& out) override {
    text_.clear();
    begin_request(joining, "room.join");
    append_member(text_, "room", room);
    text_ += "}}";
    out.send(text_);
  }

  void begin_request(int id, std::string_view method) {
    text_ += R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + ',';
    append_member(text_, "method", method);
    text_ += ",\"params\":{";
  }

  void append_text_and_cid(std::string_view text) {
    text_ += ',';
    append_member(text_, "text", text);
    text_ += ',';
    append_member(text_, "cid", next_cid());
  }

  void append_say(const std::string& room, std::string_view text) {
    begin_request(saying, "room.send");
    append_member(text_, "room", room);
    append_text_and_cid(text);
    text_ += "}}";
  }

  void receive_other(std::string_view payload, payload_sink& out, peer_events& events) {
    rapidjson::Document document;
    document.Parse(payload.data(), payload.size());
    if (document.IsObject())
      return receive_object(document, out, events);
    if (!document.IsArray())
      return events.on_failure("not understood: " + std::string{payload.substr(0, 200)});
    for (const auto& each : document.GetArray())
      if (each.IsObject())
        receive_object(each, out, events);
  }

  void receive_object(const value& object, payload_sink& out, peer_events& events) {
    if (auto error = object.FindMember("error"); error != object.MemberEnd())
      return events.on_failure("refused: " + text_member(error->value, "message"));
    auto result = object.FindMember("result");
    if (result == object.MemberEnd())
      return receive_notification(object, events);
    auto id = object.FindMember("id");
    if (id == object.MemberEnd() || !id->value.IsInt() || !result->value.IsObject())
      return events.on_failure("an answer of an unknown form");
    unsigned messages = 0;
    if (auto page = result->value.FindMember("messages"); page != result->value.MemberEnd())
      messages = page->value.Size();
    if (id->value.GetInt() == opening)
      remember_user(result->value);
    if (id->value.GetInt() == joining)
      cursor_ = result->value["seq"].GetInt64();
    on_answer(id->value.GetInt(), messages, out, events);
  }

  void remember_user(const value& result) {
    user_ = text_member(result["user"], "id");
    if (auto token = text_member(result, "token"); !token.empty())
      token_ = token;
    for (const auto& room : result["rooms"].GetArray())
      if (room.HasMember("recovered") && !room["recovered"].GetBool())
        throw std::runtime_error("the server could not resume a room; use fewer messages");
  }

  static void receive_notification(const value& object, peer_events& events) {
    auto method = text_member(object, "method");
    if (method != "message" && method != "private")
      return;
    stamp what;
    auto text = text_member(object["params"], "text");
    if (!text.starts_with(stamp_mark) || !read_stamp(text, 0, what))
      return events.on_failure("a text came broken: " + text);
    events.on_delivery(what);
  }

  std::string text_;
};

} // namespace

std::unique_ptr<peer_protocol> make_klatsch_json() {
  return std::make_unique<klatsch_protocol<klatsch_json_session>>();
}

} // namespace klatsch::bench
