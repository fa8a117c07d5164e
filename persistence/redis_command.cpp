#include "persistence/redis_command.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "persistence/page_bounds.hpp"
#include "persistence/redis_log_entry.hpp"

namespace klatsch::persistence {

namespace {

std::string digits(std::int64_t number) {
  return std::to_string(number);
}

constexpr std::string_view append_one = "append_message";
constexpr std::string_view append_several = "append_messages";

/// Where a room or a conversation keeps the number of the message with this cid.
std::string cid_field(const protocol::user& from, const std::string& cid) {
  return from.id + " " + cid;
}

constexpr std::size_t words_of_message = 2;

void add_words(redis_command& command, const append_message& x) {
  command.arguments.push_back(cid_field(x.from, x.cid));
  command.arguments.push_back(log_entry_value(x.ts, x.from, x.cid, x.text));
}

/// An initializer list would copy each word once more.
template <class... Words>
std::vector<std::string> list(Words&&... words) {
  std::vector<std::string> all;
  all.reserve(sizeof...(words));
  (all.emplace_back(std::forward<Words>(words)), ...);
  return all;
}

class command_maker {
 public:
  explicit command_maker(const std::string& prefix) : prefix_(prefix) {}

  redis_command operator()(const find_session& x) const {
    return {
        "find_session",
        {shared("sessions:user"), shared("sessions:expiry"), shared("users")},
        {x.token_hash, digits(x.now_ms), digits(x.expires_at_ms)}};
  }

  redis_command operator()(const create_user& x) const {
    return {
        "create_user",
        {shared("users"), shared("sessions:user"), shared("sessions:expiry")},
        {x.who.id, x.who.name, x.token_hash, digits(x.expires_at_ms)}};
  }

  redis_command operator()(const delete_session& x) const {
    return {"delete_session", {shared("sessions:user"), shared("sessions:expiry")}, {x.token_hash}};
  }

  redis_command operator()(const expire_sessions& x) const {
    return {
        "expire_sessions",
        {shared("sessions:expiry"), shared("sessions:user")},
        {digits(x.now_ms), digits(bounded(x.limit, largest_sweep))}};
  }

  redis_command operator()(const load_user& x) const {
    return {"load_user", {shared("users"), user(x.id, "rooms"), user(x.id, "waiting")}, {x.id}};
  }

  redis_command operator()(const rename_user& x) const {
    return {"rename_user", {shared("users")}, {x.id, x.name}};
  }

  redis_command operator()(const create_room& x) const {
    return {
        "create_room",
        {shared("rooms"), shared("rooms:title"), room(x.room, "state"), shared("format")},
        {x.room, x.title, digits(x.now_ms), std::string(format_of_keys)}};
  }

  redis_command operator()(const list_rooms& x) const {
    return {
        "list_rooms",
        {shared("rooms"), shared("rooms:title")},
        {digits(bounded(x.limit, largest_list))}};
  }

  redis_command operator()(const activate_room& x) const {
    return {
        "activate_room",
        {shared("rooms:title"), room(x.room, "state"), room(x.room, "members"), shared("users"),
         shared("cluster:state")},
        {x.room, digits(x.view)}};
  }

  redis_command operator()(const add_member& x) const {
    return {
        "add_member",
        {room(x.room, "state"), room(x.room, "members"), shared("users"), user(x.user_id, "rooms")},
        {x.room, digits(x.epoch), x.user_id}};
  }

  redis_command operator()(const remove_member& x) const {
    return {
        "remove_member",
        {room(x.room, "state"), room(x.room, "members"), user(x.user_id, "rooms")},
        {x.room, digits(x.epoch), x.user_id}};
  }

  redis_command operator()(const check_epoch& x) const {
    return {"check_epoch", {room(x.room, "state")}, {digits(x.epoch)}};
  }

  redis_command operator()(const append_message& x) const {
    redis_command command{append_one, list(room(x.room, "state"), room(x.room, "log")), {}};
    command.arguments.reserve(1 + words_of_message);
    command.arguments.push_back(digits(x.epoch));
    add_words(command, x);
    return command;
  }

  redis_command operator()(const read_room& x) const {
    return read_log(room(x.room, "log"), x.part);
  }

  redis_command operator()(const append_private& x) const {
    return {
        "append_private",
        list(
            conversation(x.from.id, x.to.id, "log"), conversation(x.from.id, x.to.id, "state"),
            user(x.from.id, "conversations"), user(x.to.id, "conversations"),
            user(x.to.id, "waiting")),
        list(
            x.from.id, x.to.id, cid_field(x.from, x.cid),
            private_log_entry_value(x.ts, x.from, x.to.name, x.cid, x.text),
            x.delivered ? "delivered" : "waits")};
  }

  redis_command operator()(const read_private& x) const {
    return read_log(conversation(x.user_id, x.with, "log"), x.part);
  }

  redis_command operator()(const list_conversations& x) const {
    return {
        "list_conversations",
        {user(x.user_id, "conversations"), shared("users")},
        {digits(bounded(x.limit, largest_list)), x.user_id, before_conversation(),
         behind_conversation("state")}};
  }

  redis_command operator()(const mark_delivered& x) const {
    return {
        "mark_delivered",
        {conversation(x.user_id, x.with, "state"), user(x.user_id, "waiting")},
        {x.user_id, x.with, digits(bounded(x.seq, protocol::limits::largest_integer))}};
  }

  redis_command operator()(const check_store&) const {
    return {"check_store", {shared("probe")}, {}};
  }

  redis_command format_claim() const {
    return {"claim_format", {shared("format"), shared("rooms")}, {std::string(format_of_keys)}};
  }

  std::optional<redis_command> existence_check(const store_request& request) const {
    if (auto* x = std::get_if<read_room>(&request))
      return redis_command{"HEXISTS", {room(x->room, "state")}, {"epoch"}, false};
    if (auto* x = std::get_if<read_private>(&request))
      return redis_command{"HEXISTS", {shared("users")}, {x->with}, false};
    return std::nullopt;
  }

 private:
  static redis_command read_log(std::string log, const page& part) {
    const page_bounds bounds(part);
    const auto first = digits(bounds.first);
    const auto last = digits(std::max<std::int64_t>(bounds.last, 0));
    // One more than asked for tells whether there are more.
    const auto count = digits(bounds.limit + 1);
    if (bounds.oldest_first)
      return {"XRANGE", {std::move(log)}, {first, last, "COUNT", count}, false};
    return {"XREVRANGE", {std::move(log)}, {last, first, "COUNT", count}, false};
  }

  static std::string join(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (auto part : parts)
      size += part.size();
    std::string joined;
    joined.reserve(size);
    for (auto part : parts)
      joined += part;
    return joined;
  }

  std::string shared(const char* name) const { return join({prefix_, ":", name}); }

  std::string room(const std::string& id, const char* part) const {
    return join({prefix_, ":room:{", id, "}:", part});
  }

  std::string user(const std::string& id, const char* part) const {
    return join({prefix_, ":user:{", id, "}:", part});
  }

  std::string
  conversation(const std::string& one, const std::string& other, const char* part) const {
    const auto& [first, second] = std::minmax(one, other);
    return join({before_conversation(), first, ":", second, behind_conversation(part)});
  }

  std::string before_conversation() const { return join({prefix_, ":conversation:{"}); }
  static std::string behind_conversation(const char* part) { return join({"}:", part}); }

  const std::string& prefix_;
};

} // namespace

void add_message(redis_command& command, const append_message& x) {
  command.name = append_several;
  add_words(command, x);
}

bool appends_several(const redis_command& command) {
  return command.name == append_several;
}

redis_command make_format_claim(const std::string& prefix) {
  return command_maker(prefix).format_claim();
}

std::optional<redis_command>
make_existence_check(const std::string& prefix, const store_request& request) {
  return command_maker(prefix).existence_check(request);
}

redis_command make_command(const std::string& prefix, const store_request& request) {
  return std::visit(command_maker(prefix), request);
}

} // namespace klatsch::persistence
