// The session and its rooms: the requests of room.*, and keeping the subscriptions whole.

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <caf/send.hpp>

#include "actors/clock.hpp"
#include "actors/resume_budget.hpp"
#include "actors/session_state.hpp"
#include "actors/token.hpp"

namespace klatsch {

namespace ps = persistence;
using protocol::close_code;
using protocol::error_code;

namespace {

constexpr int attempts_to_create = 3;
// A room that moves or whose store is down is asked again, at first soon; after all these attempts
// (about a minute) the client is sent to come back.
constexpr int attempts_to_attach = 24;

std::chrono::milliseconds pause_before(int attempt) {
  return std::chrono::milliseconds{std::min(100 << std::min(attempt, 5), 3000)};
}

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
        ask(slot, environment_->directory, list_online{},
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
  auto found = rooms_.find(room);
  if (found != rooms_.end() && !found->second.handle) {
    if (!found->second.attaching)
      return refuse(slot, error_code::room_unavailable);
    found->second.joins.push_back(slot);
    return;
  }
  // Whoever is in the room already only reads it: the subscription goes on as it is.
  const bool new_here = found == rooms_.end();
  if (new_here && in_too_many_rooms())
    return refuse(slot, error_code::not_allowed);
  if (new_here) {
    rooms_[room].attaching = true;
    hub_->subscribe(room, this);
  }
  auto on_error = [=, this](const caf::error& error) {
    if (new_here)
      forget(room);
    refuse(slot, code_of(error));
  };
  self_->request(environment_->directory, patience(), resolve_room{room})
      .then(
          [=, this](const room_actor& handle) {
            self_->request(handle, patience(), join_room{id_, me_, environment_->relay})
                .then(
                    [=, this](const protocol::room_join_result& joined) {
                      if (phase_ != phase::open) {
                        self_->send(handle, detach_session{id_});
                        return;
                      }
                      add_room(room, handle);
                      self_->send(user_, membership_changed{room, true, id_});
                      answer(slot, joined);
                      hub_->activate(room, this, joined.seq);
                    },
                    [=, this](const caf::error& error) {
                      // The room may have let us in all the same.
                      if (new_here)
                        self_->send(handle, detach_session{id_});
                      on_error(error);
                    });
          },
          on_error);
}

void session_state::handle(const protocol::room_leave& request, const answer_slot& slot) {
  auto* handle = room_for(request.room, slot);
  if (!handle)
    return;
  // The subscription ends with the event of the leaving, when that comes by: see on_left.
  ask(slot, *handle, leave_room{me_}, [this, slot, room = request.room](succeeded) {
    self_->send(user_, membership_changed{room, false, id_});
    if (auto found = rooms_.find(room); found != rooms_.end())
      found->second.left = true;
    answer(slot, protocol::empty_result{});
  });
}

void session_state::handle(const protocol::room_send& request, const answer_slot& slot) {
  if (auto* handle = room_for(request.room, slot))
    ask(slot, *handle, say{me_, request.text, request.cid},
        [this, slot](const protocol::sent_result& sent) { answer(slot, sent); });
}

void session_state::handle(const protocol::room_history& request, const answer_slot& slot) {
  if (auto* handle = room_for(request.room, slot))
    ask(slot, *handle, read_room_log{me_.id, part_of(request)},
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

const room_actor* session_state::room_for(const std::string& room, const answer_slot& slot) {
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    refuse(slot, error_code::not_a_member);
  else if (!found->second.handle)
    refuse(slot, error_code::room_unavailable);
  else
    return &found->second.handle;
  return nullptr;
}

// -- subscriptions --------------------------------------------------------------------------------

void session_state::add_room(const std::string& room, const room_actor& handle) {
  auto joins = std::exchange(rooms_[room], {handle, false, 0, false, {}}).joins;
  // When the room's actor ends, the hubs tell all subscribers.
  self_->send(environment_->relay, watch_room{room, handle});
  for (auto& slot : joins)
    perform(protocol::room_join{room}, slot);
}

void session_state::forget(const std::string& room) {
  hub_->unsubscribe(room, this);
  auto forgotten = rooms_.extract(room);
  if (!forgotten)
    return;
  for (auto& slot : forgotten.mapped().joins)
    perform(protocol::room_join{room}, slot);
}

void session_state::on_gap(const std::string& room) {
  caf::anon_send(session_actor{self_}, room_gap{room});
}

void session_state::on_room_lost(const std::string& room) {
  caf::anon_send(session_actor{self_}, room_lost{room});
}

void session_state::on_left(const std::string& room, std::int64_t cursor) {
  caf::anon_send(session_actor{self_}, room_left{room, cursor});
}

void session_state::follow(const membership_changed& change) {
  if (phase_ == phase::open && change.joined && !rooms_.contains(change.room)) {
    rooms_[change.room];
    attach(change.room, -1, true);
  }
}

void session_state::attach_again(const std::string& room) {
  attach(room, hub_->cursor(room, this), false);
}

void session_state::attach(const std::string& room, std::int64_t after, bool announce) {
  auto found = rooms_.find(room);
  if (phase_ != phase::open || found == rooms_.end() || found->second.attaching)
    return;
  found->second.attaching = true;
  found->second.handle = nullptr;
  hub_->subscribe(room, this);
  auto on_error = [=, this](const caf::error& error) { on_attach_failed(room, after, error); };
  self_->request(environment_->directory, patience(), resolve_room{room})
      .then(
          [=, this](const room_actor& handle) {
            self_->request(handle, patience(), attach_session{id_, me_, environment_->relay, after})
                .then(
                    [=, this](const attached& answer) { on_attached(answer, handle, announce); },
                    on_error);
          },
          on_error);
}

void session_state::on_attached(const attached& answer, const room_actor& handle, bool announce) {
  const auto& room = answer.room.room;
  auto found = rooms_.find(room);
  if (phase_ != phase::open || found == rooms_.end()) {
    self_->send(handle, detach_session{id_});
    return;
  }
  if (found->second.handle)
    return; // A join that was under way has been answered first, and goes on from there.
  if (answer.room.recovered == false || !resume_budget{environment_->options}.take(answer.missed))
    // Too much was missed: the client learns it by resuming.
    return close(close_code::restarting);
  add_room(room, handle);
  if (announce)
    notify(protocol::member_joined{room, me_});
  for (auto& each : answer.missed)
    notify(each);
  hub_->activate(room, this, answer.room.seq);
}

void session_state::on_attach_failed(
    const std::string& room, std::int64_t after, const caf::error& error) {
  auto found = rooms_.find(room);
  if (phase_ != phase::open || found == rooms_.end() || found->second.handle)
    return;
  const auto code = code_of(error);
  if (code == error_code::not_a_member || code == error_code::no_such_room)
    return forget(room);
  auto& entry = found->second;
  if (++entry.attempts > attempts_to_attach)
    return close(close_code::restarting);
  entry.attaching = false;
  for (auto& slot : std::exchange(entry.joins, {}))
    refuse(slot, code);
  self_->delayed_send(self_, pause_before(entry.attempts), room_left{room, after});
}

} // namespace klatsch
