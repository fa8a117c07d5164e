#include "actors/room.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/clock.hpp"
#include "actors/send_shared.hpp"

namespace klatsch {

namespace ps = persistence;
using protocol::error_code;

namespace {

// How long who has been sent to a room that does not exist gets that answer, and not that of an
// actor that has ended.
constexpr auto refusing_time = std::chrono::seconds{1};
constexpr auto pause_to_confirm = std::chrono::seconds{1};
// As many comings and goings as go between nodes in one message do not wait for more.
constexpr std::size_t most_waiting_events = 64;
// In presence intervals; 0.8 s with the one that klatsch comes with.
constexpr int longest_presence_pause = 16;

} // namespace

room_state::room_state(
    interface::pointer self,
    std::string id,
    const model_environment* environment,
    std::int64_t view)
    : self_(self), id_(std::move(id)), environment_(environment), view_(view),
      log_(environment->options.tail_messages) {
  environment_->counters->rooms.Increment();
  self_->set_down_handler([this](const caf::down_msg& down) {
    monitored_relays_.erase(down.source);
    for (auto& who : roster_.lose(down.source))
      tell_coming_or_going(protocol::presence{who, false});
    report_online();
  });
}

room_state::~room_state() {
  environment_->counters->rooms.Decrement();
}

room_state::interface::behavior_type room_state::make_behavior() {
  activate();
  return {
      [this](const attach_session& request) { return attach(request); },
      [this](const join_room& request) { return join(request); },
      [this](const detach_session& request) { detach(request); },
      [this](const leave_room& request) { return leave(request); },
      [this](say& request) { return append(request); },
      [this](const read_room_log& request) { return read(request); },
      [this](const rename_member& request) { rename(request); },
      [this](const klatsch::hand_over&) { hand_over(); },
      [this](const confirm_place&) { confirm(); },
      [this](store_atom) { store_gathered(); },
      [this](flush_atom) { flush(); },
      [this](presence_atom) { tell_presence(); },
      [this](reconcile_atom) { read_missing(); },
      [this](count_atom) { tell_counts(); },
      [this](idle_atom) { check_idle(); },
  };
}

// -- life -----------------------------------------------------------------------------------------

void room_state::activate() {
  // `await`: nothing else is looked at before the room is known.
  self_
      ->request(
          environment_->store, environment_->options.request_timeout, ps::activate_room{id_, view_})
      .await(
          [this](const ps::activated_room& room) {
            title_ = room.title;
            epoch_ = room.epoch;
            log_.start(room.seq);
            for (auto& who : room.members)
              roster_.add(who);
            log_activation(room);
            self_->delayed_send(self_, environment_->options.room_idle_timeout, idle_atom::value);
          },
          [this](const caf::error& error) {
            const bool missing = store_error_of(error) == ps::store_error::not_found;
            refuse(missing ? error_code::no_such_room : code_of(error));
          });
}

/// In a cluster an epoch before this one was perhaps another node's; which rooms have moved is what
/// an operator wants to know after a failure.
void room_state::log_activation(const ps::activated_room& room) const {
  const bool taken_over = view_ != 0 && room.previous_epoch != 0;
  spdlog::log(
      taken_over ? spdlog::level::info : spdlog::level::debug,
      "room {}: served here in view {}, epoch {} after {}, {} members", id_, view_, room.epoch,
      room.previous_epoch, roster_.size());
}

/// No messages are taken any more, and nobody new; what waits for the store is still answered and
/// shown.
void room_state::hand_over() {
  handing_over_ = true;
  // Should the store not answer: check_idle ends it.
  self_->delayed_send(self_, environment_->options.request_timeout, idle_atom::value);
  end_if_handed_over();
}

/// A room in which nobody says anything would not notice that it is fenced.
void room_state::confirm() {
  if (refusal_)
    return;
  self_
      ->request(
          environment_->store, environment_->options.request_timeout, ps::check_epoch{id_, epoch_})
      .then(
          [](ps::done) {},
          [this](const caf::error& error) {
            if (store_error_of(error) == ps::store_error::fenced)
              on_fenced();
            else if (store_error_of(error) != ps::store_error::not_found)
              self_->delayed_send(self_, pause_to_confirm, confirm_place{});
          });
}

void room_state::end_if_handed_over() {
  if (!handing_over_ || appends_in_flight_ != 0 || changes_in_flight_ != 0)
    return;
  end();
}

/// What waits is told: the next actor does not know of it.
void room_state::end() {
  flush();
  self_->quit();
}

void room_state::refuse(error_code code) {
  refusal_ = code;
  flush();
  release();
}

void room_state::release() {
  if (releasing_)
    return;
  releasing_ = true;
  auto quit = [this] {
    if (refusal_ == error_code::no_such_room)
      self_->delayed_send(self_, refusing_time, idle_atom::value);
    else
      end();
  };
  // Once the directory has forgotten this actor, nobody is sent to it any more; who has the handle
  // still gets an error and asks the directory again.
  self_->request(environment_->directory, environment_->options.request_timeout, release_room{id_})
      .then([=](succeeded) { quit(); }, [=](const caf::error&) { quit(); });
}

void room_state::check_idle() {
  if (releasing_ || handing_over_)
    return end();
  const bool idle = roster_.nobody_here() && appends_in_flight_ == 0 && !used_;
  used_ = false;
  if (idle)
    return release();
  self_->delayed_send(self_, environment_->options.room_idle_timeout, idle_atom::value);
}

// -- who is here ----------------------------------------------------------------------------------

void room_state::enter(session_id session, const protocol::user& who, const relay_actor& relay) {
  if (monitored_relays_.insert(relay.address()).second)
    self_->monitor(relay);
  // The name may have changed while the room's actor slept.
  roster_.rename(who);
  if (roster_.enter(session, who.id, relay)) {
    tell_coming_or_going(protocol::presence{who, true});
    report_online();
  }
}

caf::result<attached> room_state::attach(const attach_session& request) {
  touch();
  if (refusal_)
    return make_error(*refusal_);
  if (handing_over_)
    return make_error(error_code::room_unavailable);
  if (!roster_.contains(request.who.id))
    return make_error(error_code::not_a_member);
  enter(request.session, request.who, request.relay);
  attached answer{{id_, title_, log_.seq(), std::nullopt}, {}};
  if (request.after < 0)
    return answer;
  const auto missed = log_.seq() - request.after;
  answer.room.recovered = missed >= 0 && missed <= protocol::limits::resume_messages;
  if (missed <= 0 || !*answer.room.recovered)
    return answer;
  auto promise = self_->make_response_promise<attached>();
  with_messages(
      request.after, missed, promise, [answer](std::vector<protocol::message> messages) mutable {
        answer.missed = std::move(messages);
        return answer;
      });
  return promise;
}

caf::result<protocol::room_join_result> room_state::join(const join_room& request) {
  touch();
  if (refusal_)
    return make_error(*refusal_);
  if (handing_over_)
    return make_error(error_code::room_unavailable);
  // Before the promise: once there is one, an error must be delivered by it.
  const bool listed = roster_.contains(request.who.id);
  const bool member = listed && !leaving_.contains(request.who.id);
  if (!listed && roster_.size() >= environment_->options.room_members)
    return make_error(error_code::room_full);
  auto promise = self_->make_response_promise<protocol::room_join_result>();
  auto finish = [this, request, promise]() mutable {
    if (joining_.erase(request.session) != 0)
      enter(request.session, request.who, request.relay);
    protocol::room_join_result answer;
    answer.room = id_;
    answer.title = title_;
    answer.seq = log_.seq();
    answer.members = listed_members();
    count_later(); // whoever comes wants to know it too
    answer.member_count = static_cast<std::int64_t>(roster_.size());
    const auto page = std::min(answer.seq, protocol::limits::default_page_messages);
    with_messages(
        answer.seq - page, page, promise,
        [answer](std::vector<protocol::message> messages) mutable {
          answer.messages = std::move(messages);
          return answer;
        });
  };
  joining_.insert(request.session);
  if (member) {
    finish();
    return promise;
  }
  ++changes_in_flight_;
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::add_member{id_, epoch_, request.who.id})
      .then(
          [this, request, finish](ps::done) mutable {
            --changes_in_flight_;
            if (!roster_.contains(request.who.id)) {
              roster_.add(request.who);
              tell_coming_or_going(protocol::member_joined{id_, request.who});
            }
            finish();
            end_if_handed_over();
          },
          [this, promise, session = request.session](const caf::error& error) mutable {
            --changes_in_flight_;
            joining_.erase(session);
            fail(error, promise);
            end_if_handed_over();
          });
  return promise;
}

void room_state::detach(const detach_session& request) {
  touch();
  joining_.erase(request.session);
  if (auto* who = roster_.exit(request.session)) {
    tell_coming_or_going(protocol::presence{*who, false});
    report_online();
  }
}

caf::result<succeeded> room_state::leave(const leave_room& request) {
  touch();
  if (refusal_)
    return make_error(*refusal_);
  if (!roster_.contains(request.who.id))
    return succeeded{};
  auto promise = self_->make_response_promise<succeeded>();
  leaving_.insert(request.who.id);
  ++changes_in_flight_;
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::remove_member{id_, epoch_, request.who.id})
      .then(
          [this, request, promise](ps::done) mutable {
            --changes_in_flight_;
            leaving_.erase(leaving_.find(request.who.id));
            if (roster_.contains(request.who.id)) {
              // To the leaver's own sessions too: it is the last that they hear of the room.
              const protocol::member_left left{id_, request.who};
              tell(is_large() ? event_content{quiet_leave{left}} : event_content{left});
              flush();
              count_later();
              roster_.remove(request.who.id);
              report_online();
            }
            promise.deliver(succeeded{});
            end_if_handed_over();
          },
          [this, request, promise](const caf::error& error) mutable {
            --changes_in_flight_;
            leaving_.erase(leaving_.find(request.who.id));
            fail(error, promise);
            end_if_handed_over();
          });
  return promise;
}

void room_state::rename(const rename_member& request) {
  if (!refusal_ && roster_.rename(request.who) && !is_large())
    tell(protocol::user_renamed{request.who});
}

void room_state::tell(event_content event) {
  outgoing_.push_back(std::move(event));
  flush_later();
}

/// After the messages that wait already: what they cause goes out together.
void room_state::flush_later() {
  if (!std::exchange(flush_scheduled_, true))
    self_->send(self_, flush_atom::value);
}

void room_state::tell_coming_or_going(event_content event) {
  if (is_large())
    return count_later();
  const auto first_pause = environment_->options.presence_interval;
  if (first_pause.count() == 0 || outgoing_.size() + 1 >= most_waiting_events)
    return tell(std::move(event));
  outgoing_.push_back(std::move(event));
  if (!flush_scheduled_ && presence_pause_.count() == 0)
    wait_for_more_presence(first_pause);
}

void room_state::wait_for_more_presence(std::chrono::milliseconds pause) {
  presence_pause_ = pause;
  self_->delayed_send(self_, pause, presence_atom::value);
}

/// Each of a crowd costs a write to all who are there already, so the longer it keeps coming, the
/// more are told of together.
void room_state::tell_presence() {
  const auto pause = std::exchange(presence_pause_, std::chrono::milliseconds{0});
  // What a message takes along has not waited for more of its kind.
  if (outgoing_.empty() || flush_scheduled_)
    return;
  flush();
  wait_for_more_presence(
      std::min(2 * pause, longest_presence_pause * environment_->options.presence_interval));
}

void room_state::count_later() {
  if (!is_large() || count_scheduled_)
    return;
  count_scheduled_ = true;
  self_->delayed_send(self_, environment_->options.count_interval, count_atom::value);
}

void room_state::tell_counts() {
  count_scheduled_ = false;
  tell(protocol::room_count{
      id_, static_cast<std::int64_t>(roster_.size()), static_cast<std::int64_t>(roster_.online())});
}

/// In a large room those who talked lately.
std::vector<protocol::member> room_state::listed_members() const {
  if (!is_large())
    return roster_.list(protocol::limits::listed_members);
  return roster_.list(log_.recent_senders());
}

void room_state::flush() {
  flush_scheduled_ = false;
  if (outgoing_.empty())
    return;
  auto events = caf::make_message(room_events{id_, std::move(outgoing_)});
  outgoing_.clear();
  for (auto& [relay, sessions] : roster_.relays())
    send_shared(self_, relay, events);
}

void room_state::report_online() {
  self_->send(
      environment_->directory, room_online{id_, static_cast<std::int64_t>(roster_.online())});
}

} // namespace klatsch
