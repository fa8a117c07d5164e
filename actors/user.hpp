#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/error.hpp"
#include "actors/interfaces.hpp"
#include "actors/model_environment.hpp"
#include "actors/token.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// To itself: has the user had a session meanwhile?
using user_idle_atom = caf::atom_constant<caf::atom("uidle")>;
/// To itself: all nodes know the new view by now.
using settled_atom = caf::atom_constant<caf::atom("settled")>;

/// A user: the sessions on all nodes and the rooms. Private messages to the user are sent here, and
/// this actor alone stores and spreads them; `private_stored` brings back what the user sent.
class user_state {
 public:
  using interface =
      user_actor::extend<reacts_to<user_idle_atom>, reacts_to<settled_atom>, reacts_to<retry_due>>;
  static constexpr const char* name = "klatsch.user";

  /// `who` without a name, except for one whom the session `maker` has just made and will open.
  user_state(
      interface::pointer self,
      protocol::user who,
      caf::actor_addr maker,
      const model_environment* environment);
  ~user_state();

  /// There are as many of these actors as users, so they share their table of messages.
  static interface::behavior_type shared_behavior();
  /// Loads the user, unless just made; no message is looked at before.
  void start();

 private:
  struct opening;

  /// Should it end before it opens, nothing else would be heard of this user.
  void watch_maker();

  // the messages
  caf::result<opened_user> open(const open_session& request);
  void end(const end_session& request);
  caf::result<protocol::sent_result> receive(send_private& request);
  succeeded on_sent(const private_stored& stored);
  caf::result<protocol::user_history_result> read(const read_private_log& request);
  void follow(const membership_changed& change);
  caf::result<succeeded> rename(const klatsch::rename_user& request);
  caf::result<succeeded> log_out(const klatsch::log_out& request);
  void retire();
  void confirm();
  void look_again_everywhere();

  // life
  void release();
  void check_idle();
  void check_idle_later();

  // opening a session
  void on_conversations(
      const std::shared_ptr<opening>& work,
      const std::vector<persistence::stored_conversation>& conversations);
  void read_missed(
      const std::shared_ptr<opening>& work,
      const std::string& with,
      std::int64_t after,
      std::int64_t upto);
  void finish(const std::shared_ptr<opening>& work);

  // private messages
  using promise_of_send = caf::typed_response_promise<protocol::sent_result>;
  /// A message that is stored and shown here, and of which the sender's actor is still to hear.
  struct untold {
    protocol::private_message message;
    /// The sender's actor; null where it is to be looked for.
    user_actor sender;
    promise_of_send promise;
    int failures = 0;
    bool acknowledged = false;
  };
  static void acknowledge(untold& content);
  void show(const protocol::private_message& message);
  void on_stored(protocol::private_message message, user_actor sender, promise_of_send promise);
  void tell_sender(std::int64_t number);
  void tell(const user_actor& sender, std::int64_t number);
  void on_sender_not_told(std::int64_t number);

  template <class Then>
  void with_room(const std::string& room, Then then) {
    self_
        ->request(
            environment_->directory, environment_->options.request_timeout, resolve_room{room})
        .then(std::move(then), [](const caf::error&) {});
  }

  const std::string& id() const { return who_.id; }

  interface::pointer self_;
  const model_environment* environment_;

  protocol::user who_;
  /// It is monitored already, and has not opened its session yet.
  caf::actor_addr maker_;
  boost::container::flat_set<std::string> rooms_;
  struct live_session {
    session_actor handle;
    token_digest token;
  };
  boost::container::flat_map<session_id, live_session> sessions_;
  std::unordered_map<std::int64_t, untold> untold_;
  std::int64_t last_untold_ = 0;
  /// Made by a session that has not seen the user in a room yet.
  bool newcomer_ = false;
  /// Why everything is refused: the user doesn't exist, or can't be had now.
  std::optional<protocol::error_code> refusal_;
  /// Whoever opened the first session here looks once more for what was missed.
  bool confirmed_ = false;
  bool used_ = true;
  bool idle_check_due_ = false;
  bool releasing_ = false;
};

} // namespace klatsch
