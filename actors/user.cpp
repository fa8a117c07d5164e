#include "actors/user.hpp"

#include <algorithm>

#include <sodium.h>
#include <spdlog/spdlog.h>

#include "actors/running_state.hpp"

namespace klatsch {

namespace ps = persistence;
using protocol::error_code;

namespace {

// How long who has been sent to a user that does not exist gets that answer, and not that of an
// actor that has ended.
constexpr auto refusing_time = std::chrono::seconds{1};

// When every node has heard of a new view; and not all users at once.
constexpr auto time_to_settle = std::chrono::milliseconds{1000};
constexpr std::uint32_t spread_ms = 1000;

} // namespace

user_state::user_state(
    interface::pointer self,
    protocol::user who,
    caf::actor_addr maker,
    const model_environment* environment)
    : self_(self), environment_(environment), who_(std::move(who)), maker_(std::move(maker)) {
  environment_->counters->users.Increment();
  self_->set_down_handler([this](const caf::down_msg& down) {
    // A session that ended without saying so: its node is gone.
    auto ended = std::ranges::find_if(
        sessions_, [&](auto& each) { return each.second.handle.address() == down.source; });
    if (ended != sessions_.end())
      sessions_.erase(ended);
    if (maker_ == down.source)
      maker_ = {};
    check_idle_later();
  });
}

user_state::~user_state() {
  environment_->counters->users.Decrement();
}

user_state::interface::behavior_type user_state::shared_behavior() {
  constexpr auto state = &running_state<user_state>::get;
  return {
      [](const open_session& request) { return state().open(request); },
      [](const end_session& request) { state().end(request); },
      [](send_private& request) { return state().receive(request); },
      [](const private_stored& stored) { return state().on_sent(stored); },
      [](const read_private_log& request) { return state().read(request); },
      [](const membership_changed& change) { state().follow(change); },
      [](const klatsch::rename_user& request) { return state().rename(request); },
      [](const klatsch::log_out& request) { return state().log_out(request); },
      [](const retire_user&) { state().retire(); },
      // Its sessions open again at the user's next actor, with the numbers that they have seen.
      [](const hand_over&) { state().self_->quit(); },
      [](const confirm_place&) { state().confirm(); },
      [](user_idle_atom) { state().check_idle(); },
      [](settled_atom) { state().look_again_everywhere(); },
      [](const retry_due& due) { state().tell_sender(due.number); },
  };
}

// -- life -----------------------------------------------------------------------------------------

void user_state::start() {
  if (!who_.name.empty())
    return watch_maker();
  // `await`: nothing else is looked at before the user is known.
  self_->request(environment_->store, environment_->options.request_timeout, ps::load_user{id()})
      .await(
          [this](const ps::loaded_user& loaded) {
            who_.name = loaded.who.name;
            rooms_.insert(loaded.rooms.begin(), loaded.rooms.end());
            // After the session for which it was started, as a rule.
            self_->send(self_, user_idle_atom::value);
          },
          [this](const caf::error& error) {
            const bool missing = store_error_of(error) == ps::store_error::not_found;
            refusal_ = missing ? error_code::no_such_user : code_of(error);
            release();
          });
}

void user_state::watch_maker() {
  if (auto maker = caf::actor_cast<caf::strong_actor_ptr>(maker_)) {
    self_->monitor(maker);
  } else {
    maker_ = {};
    check_idle_later();
  }
}

void user_state::release() {
  if (releasing_)
    return;
  releasing_ = true;
  auto quit = [this] {
    if (refusal_ == error_code::no_such_user)
      self_->delayed_send(self_, refusing_time, user_idle_atom::value);
    else
      self_->quit();
  };
  self_->request(environment_->directory, environment_->options.request_timeout, release_user{id()})
      .then([=](succeeded) { quit(); }, [=](const caf::error&) { quit(); });
}

void user_state::check_idle() {
  idle_check_due_ = false;
  if (releasing_)
    return self_->quit();
  const bool idle = sessions_.empty() && untold_.empty() && !used_;
  used_ = false;
  if (idle)
    return release();
  check_idle_later();
}

/// Who is here costs no timer.
void user_state::check_idle_later() {
  if (sessions_.empty() && !std::exchange(idle_check_due_, true))
    self_->delayed_send(self_, environment_->options.user_idle_timeout, user_idle_atom::value);
}

// -- the user's sessions --------------------------------------------------------------------------

void user_state::end(const end_session& request) {
  sessions_.erase(request.session);
  used_ = true;
  check_idle_later();
}

void user_state::follow(const membership_changed& change) {
  newcomer_ = newcomer_ && !change.joined;
  if (change.joined)
    rooms_.insert(change.room);
  else
    rooms_.erase(change.room);
  for (auto& [id, session] : sessions_)
    if (id != change.by && change.joined)
      self_->send(session.handle, change);
}

caf::result<succeeded> user_state::rename(const klatsch::rename_user& request) {
  if (refusal_)
    return make_error(*refusal_);
  auto promise = self_->make_response_promise<succeeded>();
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::rename_user{id(), request.name})
      .then(
          [this, promise, name = request.name](ps::done) mutable {
            who_.name = name;
            for (auto& [id, session] : sessions_)
              self_->send(session.handle, protocol::user_renamed{who_});
            for (auto& room : rooms_)
              with_room(room, [this](const room_actor& handle) {
                self_->send(handle, rename_member{who_});
              });
            promise.deliver(succeeded{});
          },
          [promise](const caf::error& error) mutable { promise.deliver(error); });
  return promise;
}

caf::result<succeeded> user_state::log_out(const klatsch::log_out& request) {
  if (refusal_)
    return make_error(*refusal_);
  auto promise = self_->make_response_promise<succeeded>();
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::delete_session{request.token_hash})
      .then(
          [this, promise,
           token = digest_of_hash(request.token_hash)](const ps::ended_session&) mutable {
            // The answer first: one of the sessions that are closed now waits for it.
            promise.deliver(succeeded{});
            const auto code = static_cast<std::uint16_t>(protocol::close_code::logged_out);
            for (auto& [id, session] : sessions_)
              if (session.token == token)
                self_->send(session.handle, close_session{code});
            retire();
          },
          [promise](const caf::error& error) mutable {
            // Void already: that is what was asked for.
            if (store_error_of(error) == ps::store_error::not_found)
              promise.deliver(succeeded{});
            else
              promise.deliver(error);
          });
  return promise;
}

void user_state::retire() {
  // A refused user has no rooms.
  for (auto& room : rooms_)
    with_room(room, [this](const room_actor& handle) {
      self_->request(handle, environment_->options.request_timeout, leave_room{who_})
          .then([](succeeded) {}, [](const caf::error&) {});
    });
  rooms_.clear();
}

/// Another actor of this user, on a node that served it in a view that this one has not seen, may
/// have taken messages, and these sessions were not told.
void user_state::confirm() {
  if (sessions_.empty())
    return;
  const std::chrono::milliseconds more{randombytes_uniform(spread_ms)};
  self_->delayed_send(self_, time_to_settle + more, settled_atom::value);
}

void user_state::look_again_everywhere() {
  for (auto& [id, session] : sessions_)
    self_->send(session.handle, look_again{});
}

} // namespace klatsch
