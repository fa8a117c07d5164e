// The session and its rooms: the requests of room.*, and keeping the subscriptions whole.

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <caf/send.hpp>

#include "actors/clock.hpp"
#include "actors/resume_budget.hpp"
#include "actors/session_opening.hpp"
#include "actors/session_state.hpp"
#include "actors/token.hpp"

namespace klatsch {

namespace ps = persistence;
using protocol::close_code;
using protocol::error_code;

namespace {

constexpr int attempts_to_create = 3;

log_part part_of(const protocol::room_history& request) {
  return {
      request.before, request.after,
      request.limit.value_or(protocol::limits::default_page_messages)};
}

} // namespace

// -- requests -------------------------------------------------------------------------------------

void session_state::handle(const protocol::room_create& request, const answer_slot& slot) {
  if (!environment_->options.anyone_creates_rooms)
    return refuse(slot, error_code::not_allowed);
  create_room(request, slot, 0);
}

void session_state::create_room(
    const protocol::room_create& request, const answer_slot& slot, int attempt) {
  const auto room = request.room.value_or(make_room_id());
  self_->request(environment_->store, patience(), ps::create_room{room, request.title, now_ms()})
      .then(
          [=, this](ps::done) { answer(slot, protocol::room_create_result{room}); },
          [=, this](const caf::error& error) {
            if (store_error_of(error) != ps::store_error::exists)
              refuse(slot, code_of(error));
            else if (request.room || attempt == attempts_to_create)
              refuse(slot, error_code::room_exists);
            else
              create_room(request, slot, attempt + 1);
          });
}

void session_state::handle(const protocol::room_list&, const answer_slot& slot) {
  const auto limit = static_cast<std::int64_t>(protocol::limits::listed_rooms);
  ask(slot, environment_->store, ps::list_rooms{limit},
      [this, slot](const std::vector<ps::stored_room>& rooms) {
        list_online wanted;
        for (auto& each : rooms)
          wanted.rooms.push_back(each.room);
        ask(slot, environment_->directory, std::move(wanted),
            [this, slot, rooms](const std::vector<room_online>& online) {
              std::unordered_map<std::string, std::int64_t> counts;
              for (auto& each : online)
                counts[each.room] = each.online;
              protocol::room_list_result result;
              for (auto& each : rooms)
                result.rooms.push_back({each.room, each.title, counts[each.room]});
              answer(slot, result);
            });
      });
}

void session_state::handle(const protocol::room_join& request, const answer_slot& slot) {
  const auto room = request.room;
  if (rooms_.contains(room))
    return read_joined(room, slot);
  if (in_too_many_rooms())
    return refuse(slot, error_code::not_allowed);
  with_room<protocol::room_join_result>(
      room, join_room{id_, me_, environment_->relay},
      [=, this](const protocol::room_join_result& joined, const room_actor& handle) {
        add_room(room, handle);
        tell_own_user(membership_changed{room, true, id_});
        answer(slot, joined);
        go_live(room, joined.seq);
      },
      [=, this](const caf::error& error) { on_join_failed(room, slot, error); });
}

void session_state::on_join_failed(
    const std::string& room, const answer_slot& slot, const caf::error& error) {
  const auto code = code_of(error);
  if (code != error_code::room_unavailable || !is_young(slot)) {
    forget(room);
    return refuse(slot, code);
  }
  // The room moves, or its node has died. Attaching tells whether it had let the user in; if not,
  // the request is done again, and then what the client sent after it.
  auto& entry = rooms_[room];
  entry.attaching = false;
  entry.out = true; // The client knows of no success.
  auto later = entry.requests.take_all();
  read_joined(room, slot);
  for (auto& each : later)
    entry.requests.add(std::move(each));
  try_later(entry.failures++, [this, room] { attach_again(room); });
}

/// Whoever is in the room already only reads it: the subscription goes on as it is. Whether the
/// user is in, is perhaps still to be found out: see forget.
void session_state::read_joined(const std::string& room, const answer_slot& slot) {
  ask_room<protocol::room_join_result>(
      room, slot, join_room{id_, me_, environment_->relay},
      [=, this](const protocol::room_join_result& joined) {
        // The user may just have left on another device, and has come in again by this.
        tell_own_user(membership_changed{room, true, id_});
        on_joined_again(joined, slot);
      },
      when_no_member::join);
}

void session_state::on_joined_again(
    const protocol::room_join_result& joined, const answer_slot& slot) {
  const auto& room = joined.room;
  auto found = rooms_.find(room);
  const bool is_out = found != rooms_.end() && found->second.out;
  // The event of the leaving is still on its way, behind messages that the answer has already.
  const bool overtakes = found != rooms_.end() && found->second.left && !is_out;
  if (overtakes) {
    notify(protocol::member_left{room, me_});
    if (!found->second.attaching)
      hub_->unsubscribe(room, this);
  }
  answer(slot, joined);
  if (!is_out && !overtakes)
    return;
  found->second.begin_anew(joined.seq);
  if (overtakes) {
    notify(protocol::member_joined{room, me_});
    attach(room, found->second.after);
  }
}

void session_state::handle(const protocol::room_leave& request, const answer_slot& slot) {
  // The subscription ends with the event of the leaving, when that comes by: see on_left.
  ask_room<succeeded>(
      request.room, slot, leave_room{me_},
      [this, slot, room = request.room](succeeded) {
        tell_own_user(membership_changed{room, false, id_});
        if (auto found = rooms_.find(room); found != rooms_.end())
          found->second.left = true;
        answer(slot, protocol::empty_result{});
      },
      when_no_member::succeed);
}

/// What a client sends to one room, one behind the other in one batch, goes there as one message.
void session_state::handle(protocol::room_send&& request, const answer_slot& slot) {
  saying one{std::move(request.text), std::move(request.cid)};
  if (gathered_ && *gathered_ && (*gathered_)->room == request.room) {
    (*gathered_)->message.each.push_back(std::move(one));
    (*gathered_)->slot.others.push_back(slot.id);
    return;
  }
  send_gathered();
  say message{me_, {}};
  message.each.push_back(std::move(one));
  if (gathered_)
    gathered_->emplace(gathered_sends{std::move(request.room), std::move(message), slot});
  else
    say_to(request.room, std::move(message), slot);
}

void session_state::send_gathered() {
  if (!gathered_ || !*gathered_)
    return;
  auto ready = *std::exchange(*gathered_, std::nullopt);
  say_to(ready.room, std::move(ready.message), ready.slot);
}

void session_state::say_to(const std::string& room, say message, const answer_slot& slot) {
  ask_room<said>(room, slot, std::move(message), [this, slot](const said& answers) {
    for (std::size_t i = 0; i <= slot.others.size(); ++i) {
      const auto* outcome = i < answers.each.size() ? &answers.each[i] : nullptr;
      if (!outcome) // A node that answers less than it was asked is at fault.
        refuse(slot.at(i), error_code::internal_error);
      else if (const auto* sent = caf::get_if<protocol::sent_result>(outcome))
        answer(slot.at(i), *sent);
      else
        refuse(slot.at(i), code_of(caf::get<caf::error>(*outcome)));
    }
  });
}

void session_state::handle(const protocol::room_history& request, const answer_slot& slot) {
  ask_room<protocol::room_history_result>(
      request.room, slot, read_room_log{me_.id, part_of(request)},
      [this, slot](const protocol::room_history_result& page) { answer(slot, page); });
}

bool session_state::in_too_many_rooms() const {
  const auto limit = environment_->options.user_rooms;
  if (rooms_.size() < limit)
    return false;
  const auto left =
      std::count_if(rooms_.begin(), rooms_.end(), [](auto& each) { return each.second.left; });
  return rooms_.size() - static_cast<std::size_t>(left) >= limit;
}

// -- subscriptions --------------------------------------------------------------------------------

void session_state::add_room(const std::string& room, const room_actor& handle) {
  auto& entry = rooms_[room];
  room_entry next;
  static_cast<counterpart<room_actor>&>(next) = std::move(entry);
  next.interrupted = entry.interrupted;
  next.gap_after = entry.gap_after;
  entry = std::move(next);
  entry.find(handle);
}

/// The user is in the room no longer, or has never been.
void session_state::forget(const std::string& room) {
  hub_->unsubscribe(room, this);
  auto forgotten = rooms_.extract(room);
  if (!forgotten)
    return;
  for (auto& each : forgotten.mapped().requests.take_all())
    if (each.otherwise == when_no_member::join)
      perform(protocol::room_join{room}, each.slot);
    else if (auto again = rooms_.find(room); again != rooms_.end()) {
      each.sent_in = 0;
      again->second.requests.add(std::move(each));
    } else if (each.otherwise == when_no_member::succeed)
      answer(each.slot, protocol::empty_result{});
    else if (each.sent_in != 0)
      given_up_.insert(each.number); // Perhaps it was done before the user left.
    else
      refuse(each.slot, error_code::not_a_member);
}

void session_state::on_gap(const std::string& room) {
  caf::anon_send(session_actor{self_}, room_gap{room});
}

void session_state::on_room_lost(const room_lost& lost) {
  caf::anon_send(session_actor{self_}, lost);
}

void session_state::on_left(const std::string& room, std::int64_t cursor, bool told) {
  // Noted at once: what is answered from now on is read by a client that counts itself out.
  if (auto found = rooms_.find(room); found != rooms_.end()) {
    found->second.after = std::max(found->second.after, cursor);
    found->second.out |= told;
  }
  caf::anon_send(session_actor{self_}, room_left{room});
}

void session_state::follow(const membership_changed& change) {
  if (phase_ == phase::opening)
    return opening_->joined.push_back(change);
  if (phase_ == phase::open && change.joined && !rooms_.contains(change.room)) {
    rooms_[change.room].out = true;
    attach(change.room, -1);
  }
}

/// The user has left, perhaps on another device; and has perhaps come in again since.
void session_state::return_to(const room_left& left) {
  auto found = rooms_.find(left.room);
  if (found == rooms_.end())
    return;
  auto& entry = found->second;
  entry.tell_left = true;
  if (phase_ != phase::open || entry.attaching) {
    hub_->subscribe(left.room, this);
    entry.interrupted = true;
    return;
  }
  attach(left.room, entry.after);
}

void session_state::on_lost(const room_lost& lost) {
  if (auto found = rooms_.find(lost.room); found != rooms_.end()) {
    auto& entry = found->second;
    // The event of a leaving may have been lost with it.
    if (entry.last == lost.who) {
      entry.tell_left = true;
      entry.forget_last();
    }
    if (entry.handle && entry.handle.address() == lost.who)
      attach_again(lost.room);
  }
  watched_.lose(lost.who);
}

void session_state::fill_gap(const std::string& room) {
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    return;
  const auto cursor = hub_->cursor(room, this).value_or(-1);
  if (std::exchange(found->second.gap_after, cursor) != cursor)
    return attach_again(room);
  // The actor that was asked did not have it: another one has the room now, as will be known soon.
  try_later(1, [this, room] { attach_again(room); });
}

void session_state::attach_again(const std::string& room) {
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    return;
  auto& entry = found->second;
  if (phase_ != phase::open)
    entry.interrupted = true;
  else
    attach(room, entry.handle ? hub_->cursor(room, this).value_or(entry.after) : entry.after);
}

void session_state::attach(const std::string& room, std::int64_t after) {
  auto found = rooms_.find(room);
  if (phase_ != phase::open || found == rooms_.end() || found->second.attaching)
    return;
  found->second.after = after;
  with_room<attached>(
      room, attach_session{id_, me_, environment_->relay, after},
      [this](const attached& answer, const room_actor& handle) { on_attached(answer, handle); },
      [this, room](const caf::error& error) { on_attach_failed(room, error); });
}

void session_state::on_attached(const attached& answer, const room_actor& handle) {
  const auto& room = answer.room.room;
  if (answer.room.recovered == false || !resume_budget{environment_->options}.take(answer.missed))
    // Too much was missed: the client learns it by resuming.
    return close(close_code::restarting);
  const bool tell_joined = rooms_[room].out;
  // More than was asked for, where a join has been answered meanwhile.
  const auto has = rooms_[room].after;
  add_room(room, handle);
  if (tell_joined)
    notify(protocol::member_joined{room, me_});
  for (auto& each : answer.missed)
    if (each.seq > has)
      notify(each);
  go_live(room, std::max(answer.room.seq, has));
}

void session_state::on_attach_failed(const std::string& room, const caf::error& error) {
  auto& entry = rooms_[room];
  const auto code = code_of(error);
  if (code == error_code::not_a_member || code == error_code::no_such_room) {
    if ((entry.tell_left || entry.left) && !entry.out)
      notify(protocol::member_left{room, me_});
    return forget(room);
  }
  if (++entry.failures > attempts_to_find_again)
    return close(close_code::restarting);
  entry.attaching = false;
  refuse_old(entry.requests, code);
  try_later(entry.failures, [this, room] { attach_again(room); });
}

/// What was sent goes up to `seq`; live events follow.
void session_state::go_live(const std::string& room, std::int64_t seq) {
  hub_->activate(room, this, seq);
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    return;
  auto& entry = found->second;
  const auto cursor = hub_->cursor(room, this);
  if (!cursor) // It has ended meanwhile: `return_to` goes on from here.
    entry.after = std::max(entry.after, seq);
  if (!std::exchange(entry.interrupted, false))
    return;
  entry.tell_left = true;
  attach(room, cursor.value_or(seq));
}

} // namespace klatsch
