#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/answer.hpp"
#include "actors/error.hpp"
#include "actors/session.hpp"
#include "actors/token_bucket.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// What a session remembers and does. The requests of the protocol are the overloads of `handle`;
/// each ends with exactly one `answer` or `refuse`.
class session_state final : public hub_table::subscriber {
 public:
  session_state(
      session_actor::pointer self,
      const session_environment* environment,
      hub_table* hub,
      connection_ptr output,
      client_identity client);
  ~session_state() override;

  session_actor::behavior_type make_behavior();

  // hub_table::subscriber
  connection& output() override { return *output_; }
  const std::string& user_id() const override { return me_.id; }
  void on_gap(const std::string& room) override;
  void on_room_lost(const std::string& room) override;
  void on_left(const std::string& room, std::int64_t cursor) override;

 private:
  enum class phase { fresh, opening, open, closed };

  struct room_entry {
    room_actor handle;
    /// Waits for the room's answer to an attach.
    bool attaching = false;
    int attempts = 0;
    /// The user has left; the event that ends the subscription is on its way.
    bool left = false;
    /// Requests to join that came meanwhile; they are done when it is known who is a member.
    std::vector<answer_slot> joins;
  };

  struct opening;

  // session.cpp: the messages, and answering
  void receive(const inbound& message);
  void end();
  void leave();
  void check_opened();
  void close(protocol::close_code code);
  void on_user_renamed(const protocol::user_renamed& event);
  void dispatch(protocol::incoming& element, const std::shared_ptr<answer_group>& group);
  void perform(const protocol::any_request& request, const answer_slot& slot);
  void refuse(const answer_slot& slot, const protocol::request_error& error);
  void refuse(const answer_slot& slot, protocol::error_code code) {
    refuse(slot, protocol::request_error{code});
  }
  void settle(const answer_slot& slot, std::string encoded);
  void read_on();

  template <class Result>
  void answer(const answer_slot& slot, const Result& result) {
    rate_refusals_ = std::max<std::int64_t>(rate_refusals_ - 1, 0);
    settle(slot, slot.wanted() ? protocol::encode_result(format_, slot.id, result) : std::string{});
  }

  template <class Notification>
  void notify(const Notification& notification) {
    output_->push(make_wire_bytes(format_, protocol::encode_notification(format_, notification)));
  }

  /// Asks `receiver`, and refuses the request with whatever error comes back.
  template <class Handle, class Message, class Then>
  void ask(const answer_slot& slot, const Handle& receiver, Message message, Then then) {
    self_->request(receiver, patience(), std::move(message))
        .then(std::move(then), [this, slot](const caf::error& error) {
          refuse(slot, code_of(error));
        });
  }

  /// Longer than a room or user waits for the store, so that their error arrives and not ours.
  std::chrono::milliseconds patience() const { return environment_->options.request_timeout * 2; }

  // session_opening.cpp
  void handle(const protocol::session_open& request, const answer_slot& slot);
  void handle(const protocol::session_close& request, const answer_slot& slot);
  /// What to do about a token that the store doesn't know.
  enum class when_unknown { refuse, adopt, replace };
  void find_user(std::string token, when_unknown then);
  void create_user_with_new_token();
  void create_user(std::string token, int attempt);
  void on_user(const protocol::user& who, const std::string& token, bool created);
  void on_opened_user(const opened_user& opened);
  void take_missed_private(const std::vector<protocol::private_message>& missed);
  void open_room(const std::string& room);
  void open_main_room();
  void on_room_opened(attached opened, const room_actor& handle);
  void room_done();
  void finish_opening();
  void fail_opening(protocol::error_code code);

  // session_rooms.cpp
  void handle(const protocol::room_create& request, const answer_slot& slot);
  void handle(const protocol::room_list& request, const answer_slot& slot);
  void handle(const protocol::room_join& request, const answer_slot& slot);
  void handle(const protocol::room_leave& request, const answer_slot& slot);
  void handle(const protocol::room_send& request, const answer_slot& slot);
  void handle(const protocol::room_history& request, const answer_slot& slot);
  void create_room(const protocol::room_create& request, const answer_slot& slot, int attempt);
  bool in_too_many_rooms() const;
  const room_actor* room_for(const std::string& room, const answer_slot& slot);
  void follow(const membership_changed& change);
  void attach(const std::string& room, std::int64_t after, bool announce);
  void on_attached(const attached& answer, const room_actor& handle, bool announce);
  void on_attach_failed(const std::string& room, std::int64_t after, const caf::error& error);
  void attach_again(const std::string& room);
  void forget(const std::string& room);
  void add_room(const std::string& room, const room_actor& handle);

  // session_users.cpp
  void handle(const protocol::user_send& request, const answer_slot& slot);
  void handle(const protocol::user_history& request, const answer_slot& slot);
  void handle(const protocol::user_rename& request, const answer_slot& slot);
  void on_private(const protocol::private_message& message);
  void read_missed_private(const std::string& with);

  session_actor::pointer self_;
  const session_environment* environment_;
  hub_table* hub_;
  connection_ptr output_;
  client_identity client_;
  protocol::wire_format format_;

  session_id id_;
  phase phase_ = phase::fresh;
  protocol::user me_;
  std::string token_hash_;
  user_actor user_;
  std::unordered_map<std::string, room_entry> rooms_;
  /// By the other user: the last private message that was pushed.
  std::unordered_map<std::string, std::int64_t> conversations_;
  /// All that there were when the session was opened are in `conversations_`.
  bool knows_all_conversations_ = false;
  /// By the other user: missed ones are being read; true when more came meanwhile.
  std::unordered_map<std::string, bool> reading_private_;

  std::unique_ptr<opening> opening_;
  token_bucket bucket_;
  std::size_t in_flight_ = 0;
  bool waits_to_read_ = false;
  /// Refused for their rate, less those that were served meanwhile.
  std::int64_t rate_refusals_ = 0;
};

} // namespace klatsch
