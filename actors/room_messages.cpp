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

} // namespace

caf::result<protocol::sent_result> room_state::append(say& request) {
  touch();
  if (refusal_)
    return make_error(*refusal_);
  if (handing_over_)
    return make_error(error_code::room_unavailable);
  if (!roster_.contains(request.who.id))
    return make_error(error_code::not_a_member);
  if (appends_in_flight_ >= environment_->options.appends_in_flight)
    return make_error(error_code::overloaded);
  ++appends_in_flight_;
  const auto ts = log_.next_ts(now_ms());
  auto promise = self_->make_response_promise<protocol::sent_result>();
  const auto started = std::chrono::steady_clock::now();
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::append_message{id_, epoch_, request.who, request.text, request.cid, ts})
      .then(
          [this, request = std::move(request), promise, started](const ps::appended& done) mutable {
            --appends_in_flight_;
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
            environment_->counters->append_seconds.Observe(took.count());
            on_appended(
                done,
                {id_, done.seq, done.ts, std::move(request.who), std::move(request.text),
                 std::move(request.cid)},
                promise);
            end_if_handed_over();
          },
          [this, promise](const caf::error& error) mutable {
            --appends_in_flight_;
            on_append_failed(error, promise);
            end_if_handed_over();
          });
  return promise;
}

void room_state::on_appended(
    const ps::appended& done, protocol::message said, promise_of_send promise) {
  promise.deliver(protocol::sent_result{done.seq, done.ts});
  if (!done.duplicate && done.seq <= log_.seq()) {
    // A failover to a Redis that had not heard of the last messages. Whoever has seen them learns
    // it by attaching to the next actor, which knows only what the store has.
    spdlog::error("room {}: the store has lost messages from {} on", id_, done.seq);
    return refuse(error_code::room_unavailable);
  }
  if (done.duplicate) {
    // An earlier try got through, perhaps without our hearing of it; its text is the store's.
    log_.note_stored(done.seq);
  } else {
    environment_->counters->messages.Increment();
    log_.add(std::move(said));
  }
  emit_ready();
  if (log_.has_hole())
    read_missing();
}

void room_state::on_append_failed(const caf::error& error, promise_of_send& promise) {
  fail(error, promise);
  // Perhaps it was stored all the same: then it must be shown, though nobody sends any more.
  reconcile_later();
}

void room_state::emit_ready() {
  while (auto next = log_.next())
    tell(std::move(*next));
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

void room_state::on_fenced() {
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
