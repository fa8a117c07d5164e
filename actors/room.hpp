#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/error.hpp"
#include "actors/interfaces.hpp"
#include "actors/model_environment.hpp"
#include "actors/room_log.hpp"
#include "actors/room_roster.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// To itself: send the events that have gathered.
using flush_atom = caf::atom_constant<caf::atom("flush")>;
/// To itself: read from the log what was stored without our knowing.
using reconcile_atom = caf::atom_constant<caf::atom("reconcile")>;
/// To itself: has anybody used the room meanwhile?
using idle_atom = caf::atom_constant<caf::atom("idle")>;

/// A room: who is in it, what comes next in its log, and who hears of it.
///
/// It takes the room's epoch when it starts, and writes with it: when another actor has taken a
/// younger one, the store refuses (`fenced`) and this one ends at once. The store alone counts the
/// messages; the room shows them in the order of their numbers and knows when one is missing.
class room_state {
 public:
  using interface =
      room_actor::extend<reacts_to<flush_atom>, reacts_to<reconcile_atom>, reacts_to<idle_atom>>;
  static constexpr const char* name = "klatsch.room";

  room_state(interface::pointer self, std::string id, const model_environment* environment);
  ~room_state();

  interface::behavior_type make_behavior();

 private:
  // the messages
  caf::result<attached> attach(const attach_session& request);
  caf::result<protocol::room_join_result> join(const join_room& request);
  void detach(const detach_session& request);
  caf::result<succeeded> leave(const leave_room& request);
  caf::result<protocol::sent_result> append(const say& request);
  caf::result<protocol::room_history_result> read(const read_room_log& request);
  void rename(const rename_member& request);

  // life
  void activate();
  void refuse(protocol::error_code code);
  void release();
  void check_idle();
  void touch() { used_ = true; }

  // the log
  using promise_of_send = caf::typed_response_promise<protocol::sent_result>;
  void
  on_appended(const persistence::appended& done, protocol::message said, promise_of_send promise);
  void on_append_failed(const caf::error& error, promise_of_send& promise);
  void emit_ready();
  void read_missing();
  void reconcile_later();

  // who is here
  void enter(session_id session, const protocol::user& who, const relay_actor& relay);
  void tell(event_content event);
  void flush();
  void report_online();

  /// Answers `promise` with what `finish` makes of the `count` messages after `after`, all of which
  /// have been shown.
  template <class Promise, class Finish>
  void with_messages(std::int64_t after, std::int64_t count, Promise promise, Finish finish) {
    if (auto recent = log_.since(after)) {
      promise.deliver(finish(std::move(*recent)));
      return;
    }
    self_
        ->request(
            environment_->store, environment_->options.request_timeout,
            persistence::read_room{id_, {after + count + 1, after, count}})
        .then(
            [promise, finish](persistence::log_page<protocol::message>& page) mutable {
              promise.deliver(finish(std::move(page.messages)));
            },
            [this, promise](const caf::error& error) mutable { fail(error, promise); });
  }

  /// Answers with the error; ends the room where the store says that it isn't ours any more.
  template <class Promise>
  void fail(const caf::error& error, Promise& promise) {
    promise.deliver(make_error(code_of(error)));
    if (store_error_of(error) == persistence::store_error::fenced)
      on_fenced();
  }

  void on_fenced();

  interface::pointer self_;
  std::string id_;
  const model_environment* environment_;

  std::string title_;
  std::int64_t epoch_ = 0;
  room_log log_;
  room_roster roster_;
  /// Monitored once, however often their sessions come and go.
  std::unordered_set<caf::actor_addr> monitored_relays_;

  /// Why everything is refused: the room doesn't exist, or can't be had now.
  std::optional<protocol::error_code> refusal_;
  std::size_t appends_in_flight_ = 0;
  bool reading_missing_ = false;
  bool reconciling_ = false;
  bool used_ = false;
  bool releasing_ = false;

  std::vector<event_content> outgoing_;
  bool flush_scheduled_ = false;
};

} // namespace klatsch
