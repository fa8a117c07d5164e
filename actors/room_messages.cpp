// The room and its log: appending, reading back, and finding what was stored without its knowing.

#include <algorithm>

#include <spdlog/spdlog.h>

#include "actors/clock.hpp"
#include "actors/room.hpp"

namespace klatsch {

namespace ps = persistence;
using protocol::error_code;

namespace {

// How long a room waits before it asks a store that failed what it has.
constexpr auto reconcile_interval = std::chrono::seconds{1};
// One request of a room to the store is answered as a whole, so that its first messages wait for
// its last.
constexpr std::size_t most_gathered = 256;

} // namespace

caf::result<said> room_state::append(say& request) {
  touch();
  if (refusal_)
    return make_error(*refusal_);
  if (handing_over_)
    return make_error(error_code::room_unavailable);
  if (!roster_.contains(request.who.id))
    return make_error(error_code::not_a_member);
  if (appends_in_flight_ >= environment_->options.appends_in_flight)
    return make_error(error_code::overloaded);
  if (request.each.empty())
    return said{};
  appends_in_flight_ += request.each.size();
  const auto ts = log_.next_ts(now_ms());
  for (auto& each : request.each)
    gathered_.messages.push_back(
        {id_, epoch_, request.who, std::move(each.text), std::move(each.cid), ts});
  auto promise = self_->make_response_promise<said>();
  gathered_.says.push_back({promise, request.each.size()});
  // Whatever waits already goes to the store together; where nothing does, there is no waiting.
  if (self_->mailbox().empty() || gathered_.messages.size() >= most_gathered)
    store_gathered();
  else if (!std::exchange(store_scheduled_, true))
    self_->send(self_, store_atom::value);
  return promise;
}

void room_state::store_gathered() {
  store_scheduled_ = false;
  if (gathered_.messages.empty())
    return;
  auto sent = std::make_shared<appends>(std::exchange(gathered_, {}));
  const auto fail_all = [this, sent](const caf::error& error) {
    on_stored(*sent, std::vector<append_outcome>(sent->messages.size(), error), {});
  };
  if (refusal_)
    return fail_all(make_error(*refusal_));
  const auto started = std::chrono::steady_clock::now();
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          append_messages{{sent, &sent->messages}})
      .then(
          [this, sent, started](const append_outcomes& outcomes) {
            on_stored(*sent, outcomes.each, std::chrono::steady_clock::now() - started);
          },
          fail_all);
}

/// Answers, and shows what is next. The messages that are stored are moved on: the store, which has
/// said so, has copies of its own.
void room_state::on_stored(
    appends& sent,
    const std::vector<append_outcome>& outcomes,
    std::chrono::duration<double> took) {
  appends_in_flight_ -= sent.messages.size();
  auto outcome = outcomes.begin();
  auto message = sent.messages.begin();
  for (auto& [promise, messages] : sent.says) {
    said answer;
    answer.each.reserve(messages);
    bool gone = false;
    for (std::size_t i = 0; i < messages; ++i) {
      answer.each.push_back(on_outcome(*outcome++, *message++, took));
      const auto* error = caf::get_if<caf::error>(&answer.each.back());
      gone |= error && code_of(*error) == error_code::room_unavailable;
    }
    // Then the session asks the room's next actor for all of them, and what is stored keeps its
    // number.
    if (gone)
      promise.deliver(make_error(error_code::room_unavailable));
    else
      promise.deliver(std::move(answer));
  }
  show_next();
  end_if_handed_over();
}

/// What an actor that refuses does not show any more, members get by attaching to the next one.
void room_state::show_next() {
  if (refusal_)
    return;
  emit_ready();
  if (log_.has_hole())
    read_missing();
}

said_outcome room_state::on_outcome(
    const append_outcome& outcome,
    ps::append_message& message,
    std::chrono::duration<double> took) {
  if (auto* error = caf::get_if<caf::error>(&outcome)) {
    on_append_failed(*error);
    return make_error(code_of(*error));
  }
  environment_->counters->append_seconds.Observe(took.count());
  const auto& done = caf::get<ps::appended>(outcome);
  on_appended(done, message);
  return protocol::sent_result{done.seq, done.ts};
}

void room_state::on_appended(const ps::appended& done, ps::append_message& message) {
  if (refusal_)
    return;
  if (done.duplicate) {
    // An earlier try got through, perhaps without our hearing of it; its text is the store's.
    log_.note_stored(done.seq);
  } else if (done.seq <= log_.seq()) {
    // A failover to a Redis that had not heard of the last messages. Whoever has seen them learns
    // it by attaching to the next actor, which knows only what the store has.
    spdlog::error("room {}: the store has lost messages from {} on", id_, done.seq);
    refuse(error_code::room_unavailable);
  } else {
    environment_->counters->messages.Increment();
    log_.add(
        {id_, done.seq, done.ts, std::move(message.from), std::move(message.text),
         std::move(message.cid)});
  }
}

void room_state::on_append_failed(const caf::error& error) {
  end_if_fenced(error);
  // Perhaps it was stored all the same: then it must be shown, though nobody sends any more.
  reconcile_later();
}

void room_state::emit_ready() {
  const auto before = outgoing_.size();
  while (auto next = log_.next())
    outgoing_.push_back(std::move(*next));
  if (outgoing_.size() == before)
    return;
  if (self_->mailbox().empty())
    flush();
  else
    flush_later();
}

void room_state::read_missing() {
  reconciling_ = false;
  if (reading_missing_ || refusal_)
    return;
  reading_missing_ = true;
  const auto limit = protocol::limits::page_messages;
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::read_room{id_, {std::nullopt, log_.seq(), limit}})
      .then(
          [this](const ps::log_page<protocol::message>& page) {
            reading_missing_ = false;
            for (auto& each : page.messages)
              log_.add(each);
            emit_ready();
            if (page.messages.empty() && log_.has_hole())
              reconcile_later(); // the store doesn't give what it says it has
            else if (page.more || log_.has_hole())
              read_missing();
          },
          [this](const caf::error&) {
            reading_missing_ = false;
            reconcile_later();
          });
}

void room_state::reconcile_later() {
  if (reconciling_ || refusal_)
    return;
  reconciling_ = true;
  self_->delayed_send(self_, reconcile_interval, reconcile_atom::value);
}

void room_state::end_if_fenced(const caf::error& error) {
  if (store_error_of(error) == ps::store_error::fenced)
    on_fenced();
}

void room_state::on_fenced() {
  if (refusal_)
    return;
  spdlog::warn("room {}: fenced, epoch {} is not the newest: another node has it", id_, epoch_);
  refuse(error_code::room_unavailable);
}

caf::result<protocol::room_history_result> room_state::read(const read_room_log& request) {
  touch();
  if (refusal_)
    return make_error(*refusal_);
  if (!roster_.contains(request.user_id))
    return make_error(error_code::not_a_member);
  auto promise = self_->make_response_promise<protocol::room_history_result>();
  auto& part = request.part;
  // Not beyond what was shown: the rest follows by itself, in order.
  auto before = std::min(part.before.value_or(log_.seq() + 1), log_.seq() + 1);
  const bool bounded = part.before || part.after;
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::read_room{
              id_,
              {bounded || log_.has_hole() ? std::optional{before} : std::nullopt, part.after,
               part.limit}})
      .then(
          [promise](ps::log_page<protocol::message>& page) mutable {
            promise.deliver(protocol::room_history_result{std::move(page.messages), page.more});
          },
          [this, promise](const caf::error& error) mutable { fail(error, promise); });
  return promise;
}

} // namespace klatsch
