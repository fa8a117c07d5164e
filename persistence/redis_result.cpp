#include "persistence/redis_result.hpp"

#include <algorithm>
#include <utility>

#include "persistence/foreign_content.hpp"
#include "persistence/page_bounds.hpp"
#include "persistence/redis_log_entry.hpp"

namespace klatsch::persistence {

namespace {

store_result from_status(std::string_view status) {
  if (status == "done")
    return done{};
  if (status == "not_found")
    return store_error::not_found;
  if (status == "exists")
    return store_error::exists;
  if (status == "fenced")
    return store_error::fenced;
  if (status == "stale_view")
    return store_error::stale_view;
  throw foreign_content("an unknown status");
}

/// An entry of a stream: its number, and the message in it.
class stream_entry {
 public:
  explicit stream_entry(redis_value reply) : seq_(reply[0].entry_number()), fields_(reply[1]) {}

  std::int64_t seq() const { return seq_; }

  std::string_view message() const {
    for (std::size_t i = 0; i + 1 < fields_.size(); i += 2)
      if (fields_[i].text() == "message")
        return fields_[i + 1].text();
    throw foreign_content("a log entry without its fields");
  }

 private:
  std::int64_t seq_;
  redis_value fields_;
};

/// The one of the two in the conversation who has not sent the message.
user addressee(const read_private& request, const private_log_entry& entry) {
  if (entry.from.id == request.with)
    return {request.user_id, entry.to_name};
  if (entry.from.id == request.user_id)
    return {request.with, entry.to_name};
  throw foreign_content("a sender who is none of the two");
}

class result_maker {
 public:
  explicit result_maker(redis_value reply) : reply_(reply) {}

  store_result operator()(const find_session&) const {
    return user{reply_[0].id(), reply_[1].name()};
  }

  store_result operator()(const delete_session&) const { return ended_session{reply_[0].id()}; }

  store_result operator()(const expire_sessions&) const {
    expired_sessions expired;
    expired.more = reply_[0].number() != 0;
    for (std::size_t i = 1; i < reply_.size(); ++i)
      expired.users_without_session.push_back(reply_[i].id());
    std::sort(expired.users_without_session.begin(), expired.users_without_session.end());
    return expired;
  }

  store_result operator()(const load_user& request) const {
    return loaded_user{
        {request.id, reply_[0].name()}, reply_[1].sorted_ids(), reply_[2].sorted_ids()};
  }

  store_result operator()(const list_rooms&) const {
    std::vector<stored_room> rooms;
    for (std::size_t i = 0; i < reply_.size(); i += 2)
      rooms.push_back({reply_[i].id(), reply_[i + 1].title()});
    return rooms;
  }

  store_result operator()(const activate_room&) const {
    activated_room room{
        reply_[0].title(), reply_[1].number(), reply_[2].number(), {}, reply_[4].number()};
    auto members = reply_[3];
    for (std::size_t i = 0; i < members.size(); i += 2)
      room.members.push_back({members[i].id(), members[i + 1].name()});
    std::sort(room.members.begin(), room.members.end(), [](const auto& a, const auto& b) {
      return a.id < b.id;
    });
    return room;
  }

  store_result operator()(const append_message& request) const {
    return stored_at(request.ts, read_log_entry);
  }

  store_result operator()(const read_room& request) const {
    std::vector<protocol::message> messages;
    messages.reserve(reply_.size());
    for (std::size_t i = 0; i < reply_.size(); ++i) {
      const stream_entry stored(reply_[i]);
      auto entry = read_log_entry(stored.message());
      messages.push_back(
          {request.room, stored.seq(), entry.ts, std::move(entry.from), std::move(entry.text),
           std::move(entry.cid)});
    }
    return make_page(std::move(messages), page_bounds(request.part));
  }

  store_result operator()(const append_private& request) const {
    return stored_at(request.ts, read_private_log_entry);
  }

  store_result operator()(const read_private& request) const {
    std::vector<protocol::private_message> messages;
    messages.reserve(reply_.size());
    for (std::size_t i = 0; i < reply_.size(); ++i) {
      const stream_entry stored(reply_[i]);
      auto entry = read_private_log_entry(stored.message());
      auto to = addressee(request, entry);
      messages.push_back(
          {request.with, stored.seq(), entry.ts, std::move(entry.from), std::move(to),
           std::move(entry.text), std::move(entry.cid)});
    }
    return make_page(std::move(messages), page_bounds(request.part));
  }

  store_result operator()(const list_conversations&) const {
    std::vector<stored_conversation> conversations;
    for (std::size_t i = 0; i < reply_.size(); ++i) {
      auto row = reply_[i];
      auto seq = row[2].number();
      // Where nothing waits, the user has the whole conversation.
      auto delivered = row[3].text().empty() ? seq : row[3].number_pair().first;
      conversations.push_back({user{row[0].id(), row[1].name()}, seq, delivered});
    }
    return conversations;
  }

  /// The others answer by a status alone.
  template <class Request>
  store_result operator()(const Request&) const {
    throw foreign_content("an answer where a status was due");
  }

 private:
  /// From the number alone, or from that of the entry which has the cid already, and the entry.
  template <class Entry>
  appended stored_at(std::int64_t ts, Entry (*read)(std::string_view)) const {
    if (!reply_.is_array())
      return {reply_.number(), ts, false};
    return {reply_[0].number(), read(reply_[1].text()).ts, true};
  }

  redis_value reply_;
};

} // namespace

store_result make_result(const store_request& request, redis_value reply) {
  if (reply.is_status())
    return from_status(reply.text());
  return std::visit(result_maker(reply), request);
}

} // namespace klatsch::persistence
