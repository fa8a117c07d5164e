#include <msgpack.hpp>
#include <stdexcept>

#include "bench/protocols/all_protocols.hpp"
#include "bench/protocols/klatsch_session.hpp"

namespace klatsch::bench {

namespace {

using object = msgpack::object;

constexpr std::string_view message_begin = "\x83\xa7jsonrpc\xa3"
                                           "2.0\xa6method\xa7message";
constexpr std::string_view private_begin = "\x83\xa7jsonrpc\xa3"
                                           "2.0\xa6method\xa7private";
constexpr std::string_view whispered_begin = "\x83\xa7jsonrpc\xa3"
                                             "2.0\xa2id\x05\xa6result";
constexpr std::string_view sent_begin = "\x83\xa7jsonrpc\xa3"
                                        "2.0\xa2id\x04\xa6result";

const object* member_of(const object& map, std::string_view name) {
  if (map.type != msgpack::type::MAP)
    return nullptr;
  for (const auto& [key, value] : map.via.map)
    if (key.type == msgpack::type::STR &&
        std::string_view(key.via.str.ptr, key.via.str.size) == name)
      return &value;
  return nullptr;
}

std::string text_member(const object& map, std::string_view name) {
  const auto* found = member_of(map, name);
  return found && found->type == msgpack::type::STR ? found->as<std::string>() : "";
}

std::int64_t integer_member(const object& map, std::string_view name) {
  const auto* found = member_of(map, name);
  return found && found->type == msgpack::type::POSITIVE_INTEGER ? found->as<std::int64_t>() : -1;
}

class klatsch_msgpack_session final : public klatsch_session {
 public:
  static upgrade spoken() { return {"/ws", "klatsch.v1.msgpack", true}; }

  void say(const std::string& room, std::string_view text, payload_sink& out) override {
    bytes_.clear();
    append_say(room, text);
    send(out);
  }

  void say_all(
      const std::string& room, const std::vector<std::string>& texts, payload_sink& out) override {
    bytes_.clear();
    packer_.pack_array(static_cast<std::uint32_t>(texts.size()));
    for (const auto& text : texts)
      append_say(room, text);
    send(out);
  }

  void whisper(const std::string& address, std::string_view text, payload_sink& out) override {
    begin_request(whispering, "user.send", 3);
    append("to", address);
    append("text", text);
    append("cid", next_cid());
    send(out);
  }

  bool ask_history(const std::string& room, unsigned limit, payload_sink& out) override {
    begin_request(asking, "room.history", 2);
    append("room", room);
    packer_.pack("limit").pack(limit);
    send(out);
    return true;
  }

  void receive(std::string_view payload, payload_sink& out, peer_events& events) override {
    if (payload.starts_with(message_begin) || payload.starts_with(private_begin)) {
      stamp what;
      auto at = find_stamp(payload);
      if (at == payload.npos || !read_stamp(payload, at, what))
        return events.on_failure("a text came broken");
      if (keeps_place_)
        note_place(payload);
      return events.on_delivery(what);
    }
    if (payload.starts_with(sent_begin) || payload.starts_with(whispered_begin))
      return events.on_acknowledged(1);
    auto handle = msgpack::unpack(payload.data(), payload.size());
    if (handle->type == msgpack::type::MAP)
      return receive_object(*handle, out, events);
    if (handle->type != msgpack::type::ARRAY)
      return events.on_failure("neither a map nor an array");
    for (const auto& each : handle->via.array)
      receive_object(each, out, events);
  }

 private:
  void send_open(payload_sink& out) override {
    bool resumes = !token_.empty() && cursor_ >= 0;
    begin_request(opening, "session.open", token_.empty() ? 0 : resumes ? 2 : 1);
    if (!token_.empty())
      append("token", token_);
    if (resumes) {
      packer_.pack("resume").pack_array(1).pack_map(2);
      append("room", room_);
      packer_.pack("after").pack(cursor_);
    }
    send(out);
  }

  void send_create(const std::string& room, payload_sink& out) override {
    begin_request(creating, "room.create", 2);
    append("title", "Bench");
    append("room", room);
    send(out);
  }

  void send_join(const std::string& room, payload_sink& out) override {
    begin_request(joining, "room.join", 1);
    append("room", room);
    send(out);
  }

  void begin_request(int id, const char* method, std::uint32_t parameters) {
    bytes_.clear();
    append_request(id, method, parameters);
  }

  void append_request(int id, const char* method, std::uint32_t parameters) {
    packer_.pack_map(4);
    append("jsonrpc", "2.0");
    packer_.pack("id").pack(id);
    append("method", method);
    packer_.pack("params").pack_map(parameters);
  }

  void append_say(const std::string& room, std::string_view text) {
    append_request(saying, "room.send", 3);
    append("room", room);
    append("text", text);
    append("cid", next_cid());
  }

  void append(const char* name, std::string_view text) {
    packer_.pack(name);
    packer_.pack_str(static_cast<std::uint32_t>(text.size()));
    packer_.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
  }

  void send(payload_sink& out) { out.send({bytes_.data(), bytes_.size()}); }

  void note_place(std::string_view payload) {
    auto handle = msgpack::unpack(payload.data(), payload.size());
    if (const auto* params = member_of(*handle, "params"))
      cursor_ = integer_member(*params, "seq");
  }

  void receive_object(const object& answer, payload_sink& out, peer_events& events) {
    if (const auto* error = member_of(answer, "error"))
      return events.on_failure("refused: " + text_member(*error, "message"));
    const auto* result = member_of(answer, "result");
    if (!result)
      return receive_notification(answer, events);
    auto id = static_cast<int>(integer_member(answer, "id"));
    if (id == opening)
      remember_user(*result);
    if (id == joining)
      cursor_ = integer_member(*result, "seq");
    unsigned messages = 0;
    const auto* page = member_of(*result, "messages");
    if (page && page->type == msgpack::type::ARRAY)
      messages = page->via.array.size;
    on_answer(id, messages, out, events);
  }

  void remember_user(const object& result) {
    if (const auto* user = member_of(result, "user"))
      user_ = text_member(*user, "id");
    if (auto token = text_member(result, "token"); !token.empty())
      token_ = token;
    const auto* rooms = member_of(result, "rooms");
    if (!rooms || rooms->type != msgpack::type::ARRAY)
      return;
    for (const auto& room : rooms->via.array) {
      const auto* recovered = member_of(room, "recovered");
      if (recovered && !recovered->as<bool>())
        throw std::runtime_error("the server could not resume a room; use fewer messages");
    }
  }

  static void receive_notification(const object& notification, peer_events& events) {
    auto method = text_member(notification, "method");
    const auto* params = member_of(notification, "params");
    if (!params || (method != "message" && method != "private"))
      return;
    stamp what;
    auto text = text_member(*params, "text");
    if (!text.starts_with(stamp_mark) || !read_stamp(text, 0, what))
      return events.on_failure("a text came broken");
    events.on_delivery(what);
  }

  msgpack::sbuffer bytes_;
  msgpack::packer<msgpack::sbuffer> packer_{bytes_};
};

} // namespace

std::unique_ptr<peer_protocol> make_klatsch_msgpack() {
  return std::make_unique<klatsch_protocol<klatsch_msgpack_session>>();
}

} // namespace klatsch::bench
