#pragma once

#include <chrono>
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

/// To itself: store the messages that have gathered.
using store_atom = caf::atom_constant<caf::atom("store")>;
/// To itself: send the events that have gathered.
using flush_atom = caf::atom_constant<caf::atom("flush")>;
/// To itself: send the comings and goings that have waited long enough.
using presence_atom = caf::atom_constant<caf::atom("presence")>;
/// To itself: read from the log what was stored without our knowing.
using reconcile_atom = caf::atom_constant<caf::atom("reconcile")>;
/// To itself: tell how many are here.
using count_atom = caf::atom_constant<caf::atom("count")>;
/// To itself: has anybody used the room meanwhile?
using idle_atom = caf::atom_constant<caf::atom("idle")>;

/// A room: who is in it, what comes next in its log, and who hears of it.
///
/// It takes the room's epoch when it starts, and writes with it: when another actor has taken a
/// younger one, the store refuses (`fenced`) and this one ends at once. The store alone counts the
/// messages; the room shows them in the order of their numbers and knows when one is missing.
class room_state {
 public:
  using interface = room_actor::extend<
      reacts_to<store_atom>,
      reacts_to<flush_atom>,
      reacts_to<presence_atom>,
      reacts_to<reconcile_atom>,
      reacts_to<count_atom>,
      reacts_to<idle_atom>>;
  static constexpr const char* name = "klatsch.room";

  /// `view`: the cluster's view in which this node is the room's; 0 where there is no cluster.
  room_state(
      interface::pointer self,
      std::string id,
      const model_environment* environment,
      std::int64_t view);
  ~room_state();

  interface::behavior_type make_behavior();

 private:
  // the messages
  caf::result<attached> attach(const attach_session& request);
  caf::result<protocol::room_join_result> join(const join_room& request);
  void detach(const detach_session& request);
  caf::result<succeeded> leave(const leave_room& request);
  caf::result<said> append(say& request);
  caf::result<protocol::room_history_result> read(const read_room_log& request);
  void rename(const rename_member& request);
  void hand_over();
  void confirm();

  // life
  void activate();
  void log_activation(const persistence::activated_room& room) const;
  void refuse(protocol::error_code code);
  void release();
  void end();
  void check_idle();
  void touch() { used_ = true; }

  // the log
  /// The next `messages` outcomes are its answer.
  struct waiting_say {
    caf::typed_response_promise<said> promise;
    std::size_t messages;
  };
  /// Messages for the store, and who waits for what becomes of them, in one order.
  struct appends {
    std::vector<persistence::append_message> messages;
    std::vector<waiting_say> says;
  };
  void store_gathered();
  /// `took`: the store, for what it has stored.
  void on_stored(
      appends& sent,
      const std::vector<append_outcome>& outcomes,
      std::chrono::duration<double> took);
  said_outcome on_outcome(
      const append_outcome& outcome,
      persistence::append_message& message,
      std::chrono::duration<double> took);
  void show_next();
  void on_appended(const persistence::appended& done, persistence::append_message& message);
  void on_append_failed(const caf::error& error);
  void emit_ready();
  void read_missing();
  void reconcile_later();

  // who is here
  void enter(session_id session, const protocol::user& who, const relay_actor& relay);
  void tell(event_content event);
  void flush_later();
  bool is_large() const { return roster_.size() > environment_->options.presence_members; }
  /// Tells it a little later, or in a large room the counts.
  void tell_coming_or_going(event_content event);
  void wait_for_more_presence(std::chrono::milliseconds pause);
  void tell_presence();
  void count_later();
  void tell_counts();
  std::vector<protocol::member> listed_members() const;
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
    end_if_fenced(error);
  }

  void end_if_fenced(const caf::error& error);
  void on_fenced();
  /// Ends the actor that hands over, as soon as nothing that it has begun is under way any more.
  void end_if_handed_over();

  interface::pointer self_;
  std::string id_;
  const model_environment* environment_;
  std::int64_t view_;

  std::string title_;
  std::int64_t epoch_ = 0;
  room_log log_;
  room_roster roster_;
  /// Sessions whose join waits for the store, and that have not gone meanwhile.
  std::unordered_set<session_id> joining_;
  /// Users whose leaving waits for the store: who joins meanwhile joins after it.
  std::unordered_multiset<std::string> leaving_;
  /// Monitored once, however often their sessions come and go.
  std::unordered_set<caf::actor_addr> monitored_relays_;

  /// Why everything is refused: the room doesn't exist, or can't be had now.
  std::optional<protocol::error_code> refusal_;
  /// What has come since the store was asked last.
  appends gathered_;
  bool store_scheduled_ = false;
  /// With those that are gathered.
  std::size_t appends_in_flight_ = 0;
  /// Of who is a member.
  std::size_t changes_in_flight_ = 0;
  bool reading_missing_ = false;
  bool reconciling_ = false;
  bool used_ = false;
  bool releasing_ = false;
  bool handing_over_ = false;

  std::vector<event_content> outgoing_;
  bool flush_scheduled_ = false;
  /// How long comings and goings wait at present, 0 while none has come for so long.
  std::chrono::milliseconds presence_pause_{0};
  bool count_scheduled_ = false;
};

} // namespace klatsch
