// session.open and session.close: who is it, where is the user, what was missed?

#include "actors/session_opening.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <vector>

#include "actors/clock.hpp"
#include "actors/token.hpp"

namespace klatsch {

namespace ps = persistence;
using protocol::error_code;

namespace {

// Tries to find an id that no user has; 40 random bits collide once in a blue moon.
constexpr int attempts_to_create = 3;

// The order in which people look for their rooms, and the same each time they come back.
void list_main_room_first(std::vector<protocol::opened_room>& rooms, const std::string& main_room) {
  auto place = [&](const protocol::opened_room& each) {
    return std::tuple<bool, const std::string&, const std::string&>{
        each.room != main_room, each.title, each.room};
  };
  std::sort(rooms.begin(), rooms.end(), [&](auto& a, auto& b) { return place(a) < place(b); });
}

} // namespace

void session_state::handle(const protocol::session_open& request, const answer_slot& slot) {
  if (phase_ != phase::fresh)
    return refuse(slot, error_code::already_open);
  phase_ = phase::opening;
  opening_->slot = slot;
  opening_->request = request;
  opening_->budget = std::make_unique<resume_budget>(environment_->options);
  if (request.token) {
    opening_->result.token = request.token;
    find_user(*request.token, when_unknown::refuse);
  } else if (opening_->cookie_token) {
    // The token stays in the cookie, where no script can read it. A new browser's token is adopted
    // when it has the strength of our own.
    const bool strong = opening_->cookie_token->size() == token_characters;
    find_user(*opening_->cookie_token, strong ? when_unknown::adopt : when_unknown::replace);
  } else {
    create_user_with_new_token();
  }
}

void session_state::create_user_with_new_token() {
  opening_->result.token = make_token();
  create_user(*opening_->result.token, 0);
}

void session_state::find_user(std::string token, when_unknown then) {
  const auto now = now_ms();
  const auto expires = now + environment_->options.token_lifetime.count();
  self_->request(environment_->store, patience(), ps::find_session{hash_token(token), now, expires})
      .then(
          [=, this](const protocol::user& who) { on_user(who, token, false); },
          [=, this](const caf::error& error) {
            if (store_error_of(error) != ps::store_error::not_found)
              fail_opening(code_of(error));
            else if (then == when_unknown::adopt)
              create_user(token, 0);
            else if (then == when_unknown::replace)
              create_user_with_new_token();
            else
              fail_opening(error_code::invalid_token);
          });
}

void session_state::create_user(std::string token, int attempt) {
  const auto now = now_ms();
  const protocol::user who{make_user_id(), opening_->request.name.value_or(make_guest_name())};
  self_
      ->request(
          environment_->store, patience(),
          ps::create_user{
              who, hash_token(token), now, now + environment_->options.token_lifetime.count()})
      .then(
          [=, this](ps::done) { on_user(who, token, true); },
          [=, this](const caf::error& error) {
            const bool taken = store_error_of(error) == ps::store_error::exists;
            if (!taken || attempt == attempts_to_create)
              fail_opening(code_of(error));
            else if (opening_->cookie_token == token && attempt == 0)
              // Another page of the same new browser was faster; or the token has expired.
              find_user(token, when_unknown::replace);
            else
              create_user(token, attempt + 1);
          });
}

void session_state::on_user(const protocol::user& who, const std::string& token, bool created) {
  if (phase_ != phase::opening)
    return;
  me_ = who;
  auto hash = hash_token(token);
  token_ = digest_of_hash(hash);
  if (created)
    opening_->newcomer = who.id;
  open_session request{id_, self_, std::move(hash), {}, opening_->newcomer == who.id};
  for (auto& point : opening_->request.resume)
    if (point.with)
      request.resume.push_back(point);
  auto failed = [=, this](const caf::error& error) {
    if (phase_ != phase::opening)
      return;
    if (!may_open_later(code_of(error)))
      return fail_opening(code_of(error));
    own_.handle = nullptr;
    try_later(opening_->failures++, [=, this] { on_user(who, token, created); });
  };
  // At first only: the user may have come to something by another device when it is tried again.
  resolve_user wanted{who.id};
  if (created && opening_->failures == 0)
    wanted.made_as = who.name;
  self_->request(environment_->directory, patience(), std::move(wanted))
      .then(
          [=, this](const user_actor& user) {
            if (phase_ != phase::opening)
              return;
            own_.handle = user;
            self_->monitor(user);
            ask_watched<opened_user>(
                user, request, [this](const opened_user& opened) { on_opened_user(opened); },
                failed);
          },
          failed);
}

void session_state::on_opened_user(const opened_user& opened) {
  if (phase_ != phase::opening)
    return;
  me_ = opened.who;
  opening_->result.conversations = opened.conversations;
  for (auto& each : opened.conversations)
    make_private().conversations.insert_or_assign(
        each.with.id, session_conversations::entry{each.seq});
  knows_all_conversations_ = opened.conversations.size() < protocol::limits::listed_conversations;
  take_missed_private(opened.missed);
  if (opened.newcomer)
    return open_main_room();
  // One more, so that the end is not reached before the last room has been asked.
  opening_->rooms_missing = opened.rooms.size() + 1;
  for (auto& room : opened.rooms)
    open_room(room);
  room_done();
}

void session_state::take_missed_private(const std::vector<protocol::private_message>& missed) {
  for (auto& conversation : opening_->result.conversations) {
    std::vector<protocol::private_message> part;
    std::copy_if(missed.begin(), missed.end(), std::back_inserter(part), [&](auto& each) {
      return each.with == conversation.with.id;
    });
    auto& taken = opening_->missed_private;
    if (opening_->budget->take(part))
      std::move(part.begin(), part.end(), std::back_inserter(taken));
    else
      conversation.recovered = false;
  }
}

void session_state::open_room(const std::string& room) {
  auto& resume = opening_->request.resume;
  auto point =
      std::find_if(resume.begin(), resume.end(), [&](auto& each) { return each.room == room; });
  const auto after = point == resume.end() ? std::int64_t{-1} : point->after;
  with_room<attached>(
      room, attach_session{id_, me_, environment_->relay, after},
      [this](const attached& opened, const room_actor& handle) { on_room_opened(opened, handle); },
      [this, room](const caf::error& error) {
        const auto code = code_of(error);
        const bool gone = code == error_code::not_a_member || code == error_code::no_such_room;
        if (may_open_later(code))
          return try_later(rooms_[room].failures++, [this, room] { open_room(room); });
        on_room_not_opened(room, code, gone);
      });
}

void session_state::open_main_room() {
  const auto room = environment_->options.main_room;
  opening_->rooms_missing = 1;
  with_room<protocol::room_join_result>(
      room, join_room{id_, me_, environment_->relay},
      [this, room](const protocol::room_join_result& joined, const room_actor& handle) {
        tell_own_user(membership_changed{room, true, id_});
        on_room_opened({{room, joined.title, joined.seq, std::nullopt}, {}}, handle);
      },
      [this, room](const caf::error& error) {
        const auto code = code_of(error);
        if (may_open_later(code))
          return try_later(rooms_[room].failures++, [this] { open_main_room(); });
        // There may be no main room, or it is full; a user can do without.
        on_room_not_opened(room, code, !protocol::row_of(code).retry);
      });
}

/// The room's or user's actor moves, or its node has died: it will be somewhere soon.
bool session_state::may_open_later(error_code code) const {
  return phase_ == phase::opening && code == error_code::room_unavailable &&
         is_young(opening_->slot);
}

void session_state::on_room_not_opened(
    const std::string& room, error_code code, bool may_be_missing) {
  if (!may_be_missing)
    return fail_opening(code);
  forget(room);
  room_done();
}

void session_state::on_room_opened(attached opened, const room_actor& handle) {
  add_room(opened.room.room, handle);
  if (opening_->budget->take(opened.missed))
    std::move(opened.missed.begin(), opened.missed.end(), std::back_inserter(opening_->missed));
  else
    opened.room.recovered = false;
  opening_->result.rooms.push_back(std::move(opened.room));
  room_done();
}

void session_state::room_done() {
  if (--opening_->rooms_missing == 0)
    finish_opening();
}

void session_state::finish_opening() {
  auto done = std::move(opening_);
  phase_ = phase::open;
  environment_->counters->sessions.Increment();
  auto& result = done->result;
  result.user = me_;
  result.limits.rate = environment_->options.rate;
  result.limits.burst = environment_->options.burst;
  list_main_room_first(result.rooms, environment_->options.main_room);
  answer(done->slot, result);
  for (auto& each : done->missed)
    notify(each);
  for (auto& each : result.rooms)
    go_live(each.room, each.seq);
  for (auto& each : done->missed_private)
    notify(each);
  for (auto& each : done->early)
    on_private(each);
  for (auto& each : done->joined)
    follow(each);
  if (!own_.handle || done->look_again) // It was lost meanwhile, or is not the first one.
    open_own_user_again(0);
  for (auto& [request, slot] : done->deferred)
    perform(std::move(request), slot);
}

void session_state::fail_opening(error_code code) {
  if (phase_ != phase::opening)
    return;
  auto failed = std::exchange(opening_, std::make_unique<opening>());
  opening_->cookie_token = std::move(failed->cookie_token);
  opening_->newcomer = std::move(failed->newcomer);
  phase_ = phase::fresh;
  if (own_.handle) {
    self_->demonitor(own_.handle.address());
    self_->send(own_.handle, end_session{id_});
    own_.handle = nullptr;
  }
  retries_.clear();
  watched_.clear();
  while (!rooms_.empty()) {
    auto& [room, entry] = *rooms_.begin();
    release(entry);
    forget(std::string{room});
  }
  private_.reset();
  self_->delayed_send(self_, environment_->options.open_timeout, open_deadline{});
  refuse(failed->slot, code);
  for (auto& [request, slot] : failed->deferred)
    perform_when_open(std::move(request), slot);
}

void session_state::handle(const protocol::session_close&, const answer_slot& slot) {
  // The user's actor closes this connection too, after its answer.
  ask_own_user<succeeded>(slot, log_out{hash_of_digest(token_)}, [this, slot](succeeded) {
    answer(slot, protocol::empty_result{});
  });
}

} // namespace klatsch
