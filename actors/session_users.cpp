// The session and users: private messages, and the user's own name.

#include "actors/session_opening.hpp"
#include "actors/session_state.hpp"

namespace klatsch {

using protocol::error_code;

namespace {

// Private messages that come while a session is opened; what is dropped over the bound shows as a
// gap and is read again.
constexpr std::size_t early_private_messages = 1024;

} // namespace

void session_state::handle(const protocol::user_send& request, const answer_slot& slot) {
  if (request.to == me_.id)
    return refuse(slot, error_code::own_user);
  ask(slot, environment_->directory, resolve_user{request.to},
      [this, slot, request](const user_actor& addressee) {
        ask(slot, addressee, send_private{me_, request.to, request.text, request.cid},
            [this, slot](const protocol::sent_result& sent) { answer(slot, sent); });
      });
}

void session_state::handle(const protocol::user_history& request, const answer_slot& slot) {
  const auto limit = request.limit.value_or(protocol::limits::default_page_messages);
  ask(slot, user_, read_private_log{request.with, {request.before, request.after, limit}},
      [this, slot](const protocol::user_history_result& page) { answer(slot, page); });
}

void session_state::handle(const protocol::user_rename& request, const answer_slot& slot) {
  ask(slot, user_, rename_user{request.name},
      [this, slot](succeeded) { answer(slot, protocol::empty_result{}); });
}

void session_state::on_private(const protocol::private_message& message) {
  if (phase_ == phase::opening) {
    if (opening_->early.size() < early_private_messages)
      opening_->early.push_back(message);
    return;
  }
  if (phase_ != phase::open)
    return;
  const auto& with = message.with;
  if (auto reading = reading_private_.find(with); reading != reading_private_.end()) {
    reading->second = true;
    return;
  }
  // A conversation that was not listed has begun since: its first messages may still be on their
  // way, overtaken by this one. Unless older ones were not listed for their number.
  auto [cursor, unknown] =
      conversations_.try_emplace(with, knows_all_conversations_ ? 0 : message.seq - 1);
  if (message.seq <= cursor->second)
    return;
  if (message.seq != cursor->second + 1)
    // The two users' actors send on their own, so that messages can overtake each other.
    return read_missed_private(with);
  cursor->second = message.seq;
  notify(message);
}

void session_state::read_missed_private(const std::string& with) {
  reading_private_[with] = false;
  const auto after = conversations_[with];
  self_
      ->request(
          user_, patience(),
          read_private_log{with, {std::nullopt, after, protocol::limits::page_messages}})
      .then(
          [this, with](const protocol::user_history_result& page) {
            auto& cursor = conversations_[with];
            for (auto& each : page.messages)
              if (phase_ == phase::open && each.seq == cursor + 1) {
                cursor = each.seq;
                notify(each);
              }
            const bool again = page.more || reading_private_[with];
            reading_private_.erase(with);
            if (again && phase_ == phase::open)
              read_missed_private(with);
          },
          [this](const caf::error&) { close(protocol::close_code::restarting); });
}

} // namespace klatsch
