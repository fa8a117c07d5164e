#include "persistence/well_formed.hpp"

#include <algorithm>
#include <variant>

#include "protocol/codec.hpp"
#include "protocol/limits.hpp"

namespace klatsch::persistence {

namespace {

/// Valid UTF-8 of a bounded length; what else a text must fulfil is for those who make it to check.
bool bounded(std::string_view text, std::size_t code_points) {
  // Four bytes are the most that a code point takes.
  if (text.size() > code_points * 4)
    return false;
  protocol::string_rule rule{"stored", protocol::string_rule::alphabet::any, 0, code_points};
  return protocol::why_invalid(text, rule).empty();
}

bool well_formed_user(const user& who) {
  return well_formed_id(who.id) && well_formed_name(who.name);
}

/// What every client's JSON can hold; times before 1970 are nobody's.
bool countable(std::int64_t value) {
  return value >= 0 && value <= protocol::limits::largest_integer;
}

struct request_checker {
  bool operator()(const find_session& x) const {
    return well_formed_id(x.token_hash) && countable(x.now_ms) && countable(x.expires_at_ms);
  }
  bool operator()(const create_user& x) const {
    return well_formed_user(x.who) && well_formed_id(x.token_hash) && countable(x.expires_at_ms);
  }
  bool operator()(const delete_session& x) const { return well_formed_id(x.token_hash); }
  bool operator()(const expire_sessions& x) const { return countable(x.now_ms); }
  bool operator()(const load_user& x) const { return well_formed_id(x.id); }
  bool operator()(const rename_user& x) const {
    return well_formed_id(x.id) && well_formed_name(x.name);
  }
  bool operator()(const create_room& x) const {
    return well_formed_id(x.room) && well_formed_title(x.title) && countable(x.now_ms);
  }
  bool operator()(const list_rooms&) const { return true; }
  bool operator()(const activate_room& x) const {
    return well_formed_id(x.room) && countable(x.view);
  }
  bool operator()(const add_member& x) const {
    return well_formed_id(x.room) && well_formed_id(x.user_id);
  }
  bool operator()(const remove_member& x) const {
    return well_formed_id(x.room) && well_formed_id(x.user_id);
  }
  bool operator()(const check_epoch& x) const { return well_formed_id(x.room); }
  bool operator()(const append_message& x) const {
    return well_formed_id(x.room) && well_formed_user(x.from) && well_formed_text(x.text) &&
           well_formed_id(x.cid) && countable(x.ts);
  }
  bool operator()(const read_room& x) const { return well_formed_id(x.room); }
  bool operator()(const append_private& x) const {
    return well_formed_user(x.from) && well_formed_user(x.to) && well_formed_text(x.text) &&
           well_formed_id(x.cid) && countable(x.ts);
  }
  bool operator()(const read_private& x) const {
    return well_formed_id(x.user_id) && well_formed_id(x.with);
  }
  bool operator()(const list_conversations& x) const { return well_formed_id(x.user_id); }
  bool operator()(const mark_delivered& x) const {
    return well_formed_id(x.user_id) && well_formed_id(x.with);
  }
  bool operator()(const check_store&) const { return true; }
};

} // namespace

bool well_formed(const store_request& request) {
  return std::visit(request_checker{}, request);
}

bool well_formed_id(std::string_view id) {
  return !id.empty() && id.size() <= protocol::limits::id_bytes &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

bool well_formed_name(std::string_view name) {
  return bounded(name, protocol::limits::name_code_points);
}

bool well_formed_title(std::string_view title) {
  return bounded(title, protocol::limits::title_code_points);
}

bool well_formed_text(std::string_view text) {
  return bounded(text, protocol::limits::text_code_points);
}

} // namespace klatsch::persistence
