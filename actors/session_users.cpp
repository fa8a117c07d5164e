// The session and users: private messages, and the user's own name.

#include <algorithm>
#include <optional>
#include <utility>

#include "actors/session_opening.hpp"
#include "actors/session_state.hpp"

namespace klatsch {

using protocol::error_code;

namespace {

// Private messages that come while a session is opened; what is dropped over the bound shows as a
// gap and is read again.
constexpr std::size_t early_private_messages = 1024;
// Beyond so many, those are forgotten who have answered everything.
constexpr std::size_t remembered_addressees = 16;
// Of `try_later`: 0.8 s.
constexpr int pause_for_echo = 3;

} // namespace

void session_state::handle(const protocol::user_history& request, const answer_slot& slot) {
  const auto limit = request.limit.value_or(protocol::limits::default_page_messages);
  ask_own_user<protocol::user_history_result>(
      slot, read_private_log{request.with, {request.before, request.after, limit}},
      [this, slot](const protocol::user_history_result& page) { answer(slot, page); });
}

void session_state::handle(const protocol::user_rename& request, const answer_slot& slot) {
  ask_own_user<succeeded>(slot, rename_user{request.name}, [this, slot](succeeded) {
    answer(slot, protocol::empty_result{});
  });
}

// -- private messages to others -------------------------------------------------------------------

void session_state::handle(const protocol::user_send& request, const answer_slot& slot) {
  if (request.to == me_.id)
    return refuse(slot, error_code::own_user);
  if (addressees_.size() >= remembered_addressees)
    std::erase_if(addressees_, [this](auto& each) {
      const bool idle = each.second.requests.empty();
      if (idle && each.second.handle)
        self_->demonitor(each.second.handle.address());
      return idle;
    });
  const bool is_new = !find_addressee(request.to);
  addressees_[request.to];
  ask_until_answered<protocol::sent_result>(
      [this, to = request.to] { return find_addressee(to); }, slot,
      send_private{me_, request.to, request.text, request.cid},
      [this, slot, to = request.to](const protocol::sent_result& sent) {
        answer(slot, sent);
        // The message itself has come by the user's own actor; unless that is just being replaced.
        auto cursor = conversations_.find(to);
        if (cursor == conversations_.end() || cursor->second < sent.seq)
          try_later(pause_for_echo, [this, to, seq = sent.seq] { expect_private(to, seq); });
      },
      [this, to = request.to] { lose_addressee(to); });
  if (is_new)
    find_actor_of(request.to);
}

session_state::addressee* session_state::find_addressee(const std::string& id) {
  auto found = addressees_.find(id);
  return found == addressees_.end() ? nullptr : &found->second;
}

void session_state::find_actor_of(const std::string& id) {
  self_->request(environment_->directory, patience(), resolve_user{id})
      .then(
          [this, id](const user_actor& handle) {
            auto* found = find_addressee(id);
            if (!found)
              return;
            self_->monitor(handle);
            found->find(handle);
          },
          [this, id](const caf::error& error) {
            if (code_of(error) == error_code::room_unavailable)
              lose_addressee(id);
            else
              refuse_addressee(id, code_of(error));
          });
}

void session_state::lose_addressee(const std::string& id) {
  auto* found = find_addressee(id);
  if (!found)
    return;
  if (found->handle)
    self_->demonitor(found->handle.address());
  found->handle = nullptr;
  found->forget_last();
  refuse_old(found->requests, error_code::room_unavailable);
  if (found->requests.empty())
    addressees_.erase(id);
  else
    try_later(found->failures++, [this, id] { find_actor_of(id); });
}

void session_state::refuse_addressee(const std::string& id, error_code code) {
  if (auto gone = addressees_.extract(id))
    for (auto& each : gone.mapped().requests.take_all())
      refuse(each.slot, code);
}

// -- the session's own user -----------------------------------------------------------------------

void session_state::on_down(const caf::actor_addr& who) {
  if (own_.handle && own_.handle.address() == who)
    lose_own_user();
  auto addressee = std::ranges::find_if(addressees_, [&](auto& each) {
    return each.second.handle && each.second.handle.address() == who;
  });
  if (addressee != addressees_.end())
    lose_addressee(std::string{addressee->first});
  watched_.lose(who);
}

void session_state::lose_own_user() {
  if (!own_.handle)
    return;
  self_->demonitor(own_.handle.address());
  own_.handle = nullptr;
  own_.forget_last();
  open_own_user_again(0);
}

void session_state::look_for_missed_private() {
  if (own_.handle)
    open_own_user_again(0);
}

/// The user's next actor has to know this session, and the client what it missed in between.
void session_state::open_own_user_again(int failures) {
  if (phase_ != phase::open)
    return;
  open_session request{id_, self_, token_hash_, {}, false};
  for (auto& [with, seq] : conversations_)
    request.resume.push_back({std::nullopt, with, seq});
  auto failed = [=, this](const caf::error& error) {
    if (failures == attempts_to_find_again || code_of(error) == error_code::no_such_user)
      return close(protocol::close_code::restarting);
    refuse_old(own_.requests, code_of(error));
    try_later(failures, [=, this] { open_own_user_again(failures + 1); });
  };
  self_->request(environment_->directory, patience(), resolve_user{me_.id})
      .then(
          [=, this](const user_actor& handle) {
            self_->monitor(handle);
            ask_watched<opened_user>(
                handle, request,
                [=, this](const opened_user& opened) { on_own_user_again(opened, handle); },
                failed);
          },
          failed);
}

void session_state::on_own_user_again(const opened_user& opened, const user_actor& handle) {
  if (phase_ != phase::open)
    return;
  if (own_.handle)
    self_->demonitor(own_.handle.address());
  own_.handle = handle;
  self_->monitor(handle);
  for (auto& each : opened.missed)
    on_private(each);
  for (auto& each : opened.conversations) {
    if (each.recovered == false)
      // Too much was missed: the client learns it by resuming.
      return close(protocol::close_code::restarting);
    const auto known = knows_all_conversations_ ? 0 : each.seq;
    const auto cursor = conversations_.try_emplace(each.with.id, known).first->second;
    if (cursor < each.seq && !reading_private_.contains(each.with.id))
      read_missed_private(each.with.id);
  }
  for (auto& with : std::exchange(gaps_while_lost_, {}))
    if (!reading_private_.contains(with))
      read_missed_private(with);
  for (auto& room : opened.rooms)
    follow({room, true, 0});
  own_.find(handle);
}

// -- private messages to this user ----------------------------------------------------------------

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

/// A message with this number is stored: the client has it by now, or it is read.
void session_state::expect_private(const std::string& with, std::int64_t seq) {
  const auto known = knows_all_conversations_ ? 0 : seq - 1;
  const auto cursor = conversations_.try_emplace(with, known).first->second;
  if (phase_ == phase::open && cursor < seq && !reading_private_.contains(with))
    read_missed_private(with);
}

void session_state::read_missed_private(const std::string& with) {
  if (!own_.handle) {
    // What the user's next actor answers may be older than the message that showed the gap.
    gaps_while_lost_.insert(with);
    return;
  }
  reading_private_[with] = false;
  const auto after = conversations_[with];
  ask_watched<protocol::user_history_result>(
      own_.handle, read_private_log{with, {std::nullopt, after, protocol::limits::page_messages}},
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
      [this, with](const caf::error& error) {
        reading_private_.erase(with);
        // Where the user's actor is gone, its next one is asked.
        if (code_of(error) == error_code::room_unavailable)
          gaps_while_lost_.insert(with);
        else
          close(protocol::close_code::restarting);
      });
}

} // namespace klatsch
