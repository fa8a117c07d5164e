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
// What was overtaken is usually there in a moment. The pause is that of `try_later`: 0.4 s.
constexpr int pause_for_overtaken = 2;
constexpr auto time_for_overtaken = std::chrono::milliseconds{300};

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

void session_state::handle(protocol::user_send&& request, const answer_slot& slot) {
  if (request.to == me_.id)
    return refuse(slot, error_code::own_user);
  auto& addressees = make_private().addressees;
  if (addressees.size() >= remembered_addressees)
    std::erase_if(addressees, [this](auto& each) {
      const bool idle = each.second.requests.empty();
      if (idle && each.second.handle)
        self_->demonitor(each.second.handle.address());
      return idle;
    });
  const bool is_new = !find_addressee(request.to);
  addressees[request.to];
  ask_until_answered<protocol::sent_result>(
      [this, to = request.to] { return find_addressee(to); }, slot,
      send_private{me_, own_.handle, request.to, std::move(request.text), std::move(request.cid)},
      [this, slot, to = request.to](const protocol::sent_result& sent) {
        answer(slot, sent);
        // The message itself comes by the user's own actor; unless that is just being replaced.
        auto& with = conversation_with(to, sent.seq - 1);
        with.note_stored(sent.seq);
        if (with.is_behind())
          wait_for_missing(to);
      },
      [this, to = request.to] { lose_addressee(to); });
  if (is_new)
    find_actor_of(request.to);
}

session_conversations& session_state::make_private() {
  if (!private_)
    private_ = std::make_unique<session_conversations>();
  return *private_;
}

session_conversations::addressee* session_state::find_addressee(const std::string& id) {
  if (!private_)
    return nullptr;
  auto found = private_->addressees.find(id);
  return found == private_->addressees.end() ? nullptr : &found->second;
}

void session_state::find_actor_of(const std::string& id) {
  self_->request(environment_->directory, patience(), resolve_user{id})
      .then(
          [this, id](const user_actor& handle) {
            auto* found = find_addressee(id);
            if (!found)
              return;
            self_->monitor(handle);
            found->looking = false;
            found->failures = 0;
            found->find(handle);
          },
          [this, id](const caf::error& error) {
            if (auto* wanted = find_addressee(id))
              wanted->looking = false;
            if (code_of(error) == error_code::room_unavailable)
              lose_addressee(id);
            else
              refuse_addressee(id, code_of(error));
          });
}

void session_state::lose_addressee(const std::string& id) {
  auto* found = find_addressee(id);
  if (!found || found->looking)
    return;
  if (found->handle)
    self_->demonitor(found->handle.address());
  found->handle = nullptr;
  found->forget_last();
  refuse_old(found->requests, error_code::room_unavailable);
  if (found->requests.empty()) {
    private_->addressees.erase(id);
    return;
  }
  found->looking = true;
  try_later(found->failures++, [this, id] { find_actor_of(id); });
}

void session_state::refuse_addressee(const std::string& id, error_code code) {
  if (!private_)
    return;
  if (auto gone = private_->addressees.extract(id))
    for (auto& each : gone.mapped().requests.take_all())
      refuse(each.slot, code);
}

// -- the session's own user -----------------------------------------------------------------------

void session_state::on_down(const caf::actor_addr& who) {
  if (own_.handle && own_.handle.address() == who)
    lose_own_user();
  if (private_) {
    auto& addressees = private_->addressees;
    auto addressee = std::ranges::find_if(addressees, [&](auto& each) {
      return each.second.handle && each.second.handle.address() == who;
    });
    if (addressee != addressees.end())
      lose_addressee(std::string{addressee->first});
  }
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
  if (phase_ == phase::opening)
    opening_->look_again = true;
  else if (own_.handle)
    open_own_user_again(0);
}

/// The user's next actor has to know this session, and the client what it missed in between.
void session_state::open_own_user_again(int failures) {
  if (phase_ != phase::open)
    return;
  open_session request{id_, self_, hash_of_digest(token_), {}, false};
  if (private_)
    for (auto& [with, known] : private_->conversations)
      request.resume.push_back({std::nullopt, with, known.shown()});
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
    auto& known = conversation_with(each.with.id, each.seq);
    known.note_stored(each.seq);
    if (known.is_behind() && !known.reading)
      read_missed_private(each.with.id);
  }
  if (private_)
    for (auto& [with, known] : private_->conversations)
      if (std::exchange(known.gap_while_lost, false) && known.is_behind() && !known.reading)
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
  auto& known = conversation_with(message.with, message.seq - 1);
  show_private(known, message);
  if (known.is_behind())
    wait_for_missing(message.with);
}

/// One that was not listed has begun since: its first messages may still be on their way. Unless
/// older ones were not listed for their number; then it goes on after `shown`.
session_conversations::entry&
session_state::conversation_with(const std::string& user_id, std::int64_t shown) {
  return make_private()
      .conversations.try_emplace(user_id, knows_all_conversations_ ? 0 : shown)
      .first->second;
}

void session_state::show_private(conversation& in, const protocol::private_message& message) {
  in.take(message, [this](const protocol::private_message& next) { notify(next); });
}

void session_state::wait_for_missing(const std::string& with) {
  auto& known = private_->conversations[with];
  if (known.reading || std::exchange(known.waits, true))
    return;
  known.stuck_since(self_->clock().now());
  if (!std::exchange(private_->reads_later, true))
    try_later(pause_for_overtaken, [this] { read_what_is_missing(); });
}

/// Of conversations in which nothing has moved meanwhile; the others wait on.
void session_state::read_what_is_missing() {
  private_->reads_later = false;
  const auto now = self_->clock().now();
  for (auto& [with, known] : private_->conversations) {
    if (!std::exchange(known.waits, false) || !known.is_behind() || known.reading)
      continue;
    if (now - known.stuck_since(now) >= time_for_overtaken)
      read_missed_private(with);
    else
      wait_for_missing(with);
  }
}

void session_state::read_missed_private(const std::string& with) {
  auto& behind = private_->conversations[with];
  if (!own_.handle) {
    // What the user's next actor answers may be older than the message that showed the gap.
    behind.gap_while_lost = true;
    return;
  }
  behind.reading = true;
  const auto after = behind.shown();
  const auto known = behind.known();
  ask_watched<protocol::user_history_result>(
      own_.handle, read_private_log{with, {std::nullopt, after, protocol::limits::page_messages}},
      [this, with, known](const protocol::user_history_result& page) {
        auto& in = private_->conversations[with];
        in.reading = false;
        if (phase_ != phase::open)
          return;
        for (auto& each : page.messages)
          show_private(in, each);
        // Unless it has come to be known since the question.
        if (page.messages.empty() && in.known() == known)
          in.give_up_missing();
        if (page.more)
          read_missed_private(with);
        else if (in.is_behind())
          wait_for_missing(with);
      },
      [this, with](const caf::error& error) {
        auto& in = private_->conversations[with];
        in.reading = false;
        // Where the user's actor is gone, its next one is asked.
        if (code_of(error) == error_code::room_unavailable)
          in.gap_while_lost = true;
        else
          close(protocol::close_code::restarting);
      });
}

} // namespace klatsch
