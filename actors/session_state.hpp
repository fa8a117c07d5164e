#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/answer.hpp"
#include "actors/connection.hpp"
#include "actors/error.hpp"
#include "actors/gathered_sends.hpp"
#include "actors/hub.hpp"
#include "actors/room_entry.hpp"
#include "actors/session_conversations.hpp"
#include "actors/session_environment.hpp"
#include "actors/token.hpp"
#include "actors/token_bucket.hpp"
#include "actors/type_ids.hpp"
#include "actors/watched_requests.hpp"

namespace klatsch {

/// The session of one connection. Runs on the connection's thread, which is that of `hub`; in unit
/// tests both run on CAF's deterministic scheduler. Ends after `disconnected`, for which the owner
/// of the connection is responsible; lets go of the connection then.
///
/// The requests of the protocol are the overloads of `handle`; each ends with exactly one `answer`
/// or `refuse`. There is one session for each connection, most of them idle: what few need is made
/// when it is needed.
class session_state final : public hub_table::subscriber {
 public:
  using interface = session_actor;
  static constexpr const char* name = "klatsch.session";

  session_state(
      session_actor::pointer self,
      const session_environment* environment,
      hub_table* hub,
      connection_ptr output,
      client_identity client);
  ~session_state() override;

  /// There are as many of these actors as connections, so they share their table of messages.
  static session_actor::behavior_type shared_behavior();
  /// It waits for its connection.
  void start() {}

  // hub_table::subscriber
  connection& output() override { return *output_; }
  const std::string& user_id() const override { return me_.id; }
  void on_gap(const std::string& room) override;
  void on_room_lost(const room_lost& lost) override;
  void on_left(const std::string& room, std::int64_t cursor, bool told) override;

 private:
  enum class phase { fresh, opening, open, closed };

  /// An actor that moves or whose store is down is asked again, at first soon; after all these
  /// attempts (about a minute) the client is sent to come back.
  static constexpr int attempts_to_find_again = 64;

  struct opening;

  // session.cpp: the messages, and answering
  void receive(const inbound& message);
  void end();
  void leave();
  void check_opened();
  void close(protocol::close_code code);
  void on_user_renamed(const protocol::user_renamed& event);
  void dispatch(protocol::incoming& element, const std::shared_ptr<answer_group>& group);
  void perform_when_open(protocol::any_request&& request, const answer_slot& slot);
  void perform(protocol::any_request&& request, const answer_slot& slot);
  void refuse(const answer_slot& slot, const protocol::request_error& error);
  void refuse(const answer_slot& slot, protocol::error_code code) {
    refuse(slot, protocol::request_error{code});
  }
  void settle(const answer_slot& slot, std::string encoded);
  void read_on();
  void release(room_entry& entry);

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

  /// Asks an actor that may be on another node, and has been watched since before: when that node
  /// is lost, `failed` hears it at once. Neither is called once the session has ended.
  template <class Result, class Handle, class Message, class Then, class Failed>
  void ask_watched(const Handle& receiver, Message message, Then then, Failed failed) {
    const auto number = watched_.add(receiver.address(), failed);
    self_->request(receiver, patience(), std::move(message))
        .then(
            [=, this](const Result& result) {
              if (watched_.take(number))
                then(result);
            },
            [=, this](const caf::error& error) {
              if (watched_.take(number))
                failed(error);
            });
  }

  /// Finds the room's actor and asks it to let the session in; events are kept aside meanwhile.
  /// Then `then(result, handle)`, or `on_error(error)`; neither once the session has given up.
  template <class Result, class Message, class Then, class OnError>
  void with_room(const std::string& room, Message message, Then then, OnError on_error) {
    auto& waiting = rooms_[room];
    waiting.attaching = true;
    waiting.request = ++room_requests_;
    if (waiting.handle)
      waiting.asked = std::exchange(waiting.handle, nullptr);
    hub_->subscribe(room, this);
    auto awaiting = [this, room, number = waiting.request]() -> room_entry* {
      auto found = rooms_.find(room);
      return found != rooms_.end() && found->second.request == number ? &found->second : nullptr;
    };
    auto failed = [=, this](const caf::error& error) {
      if (auto* entry = awaiting()) {
        // The room may have let us in all the same.
        release(*entry);
        on_error(error);
      }
    };
    self_->request(environment_->directory, patience(), resolve_room{room})
        .then(
            [=, this](const room_actor& handle) {
              auto* entry = awaiting();
              if (!entry)
                return;
              entry->asked = handle;
              // When the room's actor ends, the hubs tell all subscribers.
              self_->send(environment_->relay, watch_room{room, handle});
              ask_watched<Result>(
                  handle, message,
                  [=](const Result& result) {
                    if (awaiting())
                      then(result, handle);
                  },
                  failed);
            },
            failed);
  }

  /// Asks the room or user that `find` returns, now or as soon as it has an actor, until there is
  /// an answer: when that actor turns out to be gone, `lost` looks for the next one, which is asked
  /// again. `find` is null once the session has given it up; what it was asked before is answered
  /// all the same.
  template <class Result, class Find, class Message, class Then, class Lost>
  void ask_until_answered(
      Find find,
      const answer_slot& slot,
      Message message,
      Then then,
      Lost lost,
      when_no_member otherwise = when_no_member::refuse) {
    auto* target = find();
    // Shared by all attempts and the handlers of their answers, as to copy it costs more than both.
    struct question {
      Find find;
      answer_slot slot;
      Message message;
      Then then;
      Lost lost;
      std::int64_t number;
    };
    const auto number = ++last_request_;
    auto asked = std::make_shared<const question>(question{
        std::move(find), slot, std::move(message), std::move(then), std::move(lost), number});
    auto send = [this, asked](const auto& to) {
      const auto generation = asked->find()->generation;
      self_->request(to, patience(), asked->message)
          .then(
              [this, asked](const Result& result) {
                auto* at = asked->find();
                if (given_up_.erase(asked->number) || (at && at->requests.take(asked->number)))
                  asked->then(result);
              },
              [this, asked, generation](const caf::error& error) {
                const auto code = code_of(error);
                if (given_up_.erase(asked->number))
                  return refuse(
                      asked->slot, code == protocol::error_code::room_unavailable
                                       ? protocol::error_code::timeout
                                       : code);
                auto* at = asked->find();
                const bool gone = code == protocol::error_code::room_unavailable;
                if (!at || (gone && at->generation != generation))
                  return; // Asked again since.
                if (gone) {
                  at->requests.take_back(asked->number);
                  asked->lost();
                } else if (at->requests.take(asked->number)) {
                  refuse(asked->slot, code);
                }
              });
    };
    target->requests.add({number, slot, std::move(send), self_->clock().now(), otherwise, 0});
    if (target->handle)
      target->find(target->handle);
  }

  /// The same for a room of the session.
  template <class Result, class Message, class Then>
  void ask_room(
      const std::string& room,
      const answer_slot& slot,
      Message message,
      Then then,
      when_no_member otherwise = when_no_member::refuse) {
    if (!rooms_.contains(room))
      return refuse(slot, protocol::error_code::not_a_member);
    auto find = [this, id = room]() -> room_entry* {
      auto found = rooms_.find(id);
      return found == rooms_.end() ? nullptr : &found->second;
    };
    ask_until_answered<Result>(
        std::move(find), slot, std::move(message), std::move(then),
        [this, id = room] { attach_again(id); }, otherwise);
  }

  /// The same for the session's own user.
  template <class Result, class Message, class Then>
  void ask_own_user(const answer_slot& slot, Message message, Then then) {
    ask_until_answered<Result>(
        [this] { return &own_; }, slot, std::move(message), std::move(then),
        [this] { lose_own_user(); });
  }

  /// Sends to the session's user what may be lost with its actor, because the store knows it too.
  template <class Message>
  void tell_own_user(Message message) {
    if (own_.handle)
      self_->send(own_.handle, std::move(message));
  }

  /// Refuses what has waited too long for an actor that is lost.
  template <class Handle>
  void refuse_old(unanswered_requests<Handle>& requests, protocol::error_code code) {
    for (auto& each : requests.take_older(self_->clock().now() - patience()))
      refuse(each.slot, code);
  }

  /// Calls `what` after a pause, unless the session has ended.
  void try_later(int failures, std::function<void()> what);
  void on_retry(const retry_due& due);
  bool is_young(const answer_slot& slot) const;

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
  bool may_open_later(protocol::error_code code) const;
  void on_room_not_opened(const std::string& room, protocol::error_code code, bool may_be_missing);
  void room_done();
  void finish_opening();
  void fail_opening(protocol::error_code code);

  // session_rooms.cpp
  void handle(const protocol::room_create& request, const answer_slot& slot);
  void handle(const protocol::room_list& request, const answer_slot& slot);
  void handle(const protocol::room_join& request, const answer_slot& slot);
  void handle(const protocol::room_leave& request, const answer_slot& slot);
  void handle(protocol::room_send&& request, const answer_slot& slot);
  void send_gathered();
  void say_to(const std::string& room, say message, const answer_slot& slot);
  void handle(const protocol::room_history& request, const answer_slot& slot);
  void create_room(const protocol::room_create& request, const answer_slot& slot, int attempt);
  bool in_too_many_rooms() const;
  void read_joined(const std::string& room, const answer_slot& slot);
  void on_joined_again(const protocol::room_join_result& joined, const answer_slot& slot);
  void on_join_failed(const std::string& room, const answer_slot& slot, const caf::error& error);
  void follow(const membership_changed& change);
  void return_to(const room_left& left);
  void on_lost(const room_lost& lost);
  void fill_gap(const std::string& room);
  void attach_again(const std::string& room);
  void attach(const std::string& room, std::int64_t after);
  void on_attached(const attached& answer, const room_actor& handle);
  void on_attach_failed(const std::string& room, const caf::error& error);
  void forget(const std::string& room);
  void add_room(const std::string& room, const room_actor& handle);
  void go_live(const std::string& room, std::int64_t seq);

  // session_users.cpp
  void handle(protocol::user_send&& request, const answer_slot& slot);
  void handle(const protocol::user_history& request, const answer_slot& slot);
  void handle(const protocol::user_rename& request, const answer_slot& slot);
  session_conversations& make_private();
  session_conversations::addressee* find_addressee(const std::string& id);
  void find_actor_of(const std::string& addressee_id);
  void lose_addressee(const std::string& id);
  void refuse_addressee(const std::string& id, protocol::error_code code);
  void lose_own_user();
  void look_for_missed_private();
  void open_own_user_again(int failures);
  void on_own_user_again(const opened_user& opened, const user_actor& handle);
  void on_down(const caf::actor_addr& who);
  void on_private(const protocol::private_message& message);
  session_conversations::entry& conversation_with(const std::string& user_id, std::int64_t shown);
  void show_private(conversation& in, const protocol::private_message& message);
  void wait_for_missing(const std::string& with);
  void read_what_is_missing();
  void read_missed_private(const std::string& with);

  session_actor::pointer self_;
  const session_environment* environment_;
  hub_table* hub_;
  connection_ptr output_;
  protocol::wire_format format_;

  session_id id_;
  phase phase_ = phase::fresh;
  protocol::user me_;
  token_digest token_{};
  counterpart<user_actor> own_;
  /// Most users are in a few, and the buckets for more would take more than the entries.
  std::unordered_map<std::string, room_entry> rooms_{3};
  std::int64_t room_requests_ = 0;
  watched_requests watched_;
  /// Numbers of requests under way to rooms that the session has forgotten.
  boost::container::flat_set<std::int64_t> given_up_;
  std::int64_t last_request_ = 0;
  boost::container::flat_map<std::int64_t, std::function<void()>> retries_;
  /// Null while there is neither a conversation nor an addressee.
  std::unique_ptr<session_conversations> private_;
  /// All conversations that there were when the session was opened are in `private_`.
  bool knows_all_conversations_ = false;

  /// While what came in one WebSocket message is performed: the last of it that is to be sent.
  std::optional<gathered_sends>* gathered_ = nullptr;

  /// Null once the session is open or closed.
  std::unique_ptr<opening> opening_;
  token_bucket bucket_;
  std::size_t in_flight_ = 0;
  bool waits_to_read_ = false;
  /// Refused for their rate, less those that were served meanwhile.
  std::int64_t rate_refusals_ = 0;
};

} // namespace klatsch
