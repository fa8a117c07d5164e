#include "actors/session_state.hpp"

#include <algorithm>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/running_state.hpp"
#include "actors/session_opening.hpp"
#include "actors/token.hpp"

namespace klatsch {

using protocol::close_code;
using protocol::error_code;

session_state::session_state(
    session_actor::pointer self,
    const session_environment* environment,
    hub_table* hub,
    connection_ptr output,
    client_identity client)
    : self_(self), environment_(environment), hub_(hub), output_(std::move(output)),
      format_(output_->format()), id_(make_session_id()), opening_(std::make_unique<opening>()),
      bucket_(environment->options.rate, environment->options.burst) {
  opening_->cookie_token = std::move(client.cookie_token);
  self_->set_down_handler([this](const caf::down_msg& down) { on_down(down.source); });
}

session_state::~session_state() {
  // Where the actor was ended from outside: the hub must not keep a subscriber that is gone.
  leave();
}

session_actor::behavior_type session_state::shared_behavior() {
  constexpr auto state = &running_state<session_state>::get;
  return {
      [](const inbound& message) { state().receive(message); },
      [](const disconnected&) { state().end(); },
      [](const protocol::private_message& message) { state().on_private(message); },
      [](const membership_changed& change) { state().follow(change); },
      [](const room_lost& lost) { state().on_lost(lost); },
      [](const room_gap& gap) { state().fill_gap(gap.room); },
      [](const room_left& left) { state().return_to(left); },
      [](const protocol::user_renamed& event) { state().on_user_renamed(event); },
      [](const open_deadline&) { state().check_opened(); },
      [](const look_again&) { state().look_for_missed_private(); },
      [](const retry_due& due) { state().on_retry(due); },
      [](const close_session& request) { state().close(static_cast<close_code>(request.code)); },
  };
}

// -- from the connection --------------------------------------------------------------------------

void session_state::receive(const inbound& message) {
  if (phase_ == phase::closed)
    return;
  auto decoded = protocol::decode(format_, *message.bytes);
  auto group = std::make_shared<answer_group>();
  group->batch = decoded.batch;
  group->missing = decoded.elements.size();
  in_flight_ += decoded.elements.size();
  std::optional<gathered_sends> gathered;
  gathered_ = group->batch ? &gathered : nullptr;
  for (auto& element : decoded.elements)
    dispatch(element, group);
  send_gathered();
  gathered_ = nullptr;
  waits_to_read_ = true;
  read_on();
}

void session_state::read_on() {
  if (!waits_to_read_ || in_flight_ >= environment_->options.requests_in_flight ||
      phase_ == phase::closed)
    return;
  waits_to_read_ = false;
  output_->read_next();
}

void session_state::end() {
  leave();
  opening_.reset();
  output_.reset();
  self_->quit();
}

void session_state::leave() {
  if (phase_ == phase::closed)
    return;
  if (phase_ == phase::open)
    environment_->counters->sessions.Decrement();
  phase_ = phase::closed;
  if (own_.handle)
    caf::anon_send(own_.handle, end_session{id_});
  own_ = {};
  private_.reset();
  retries_.clear();
  watched_.clear();
  for (auto& [room, entry] : rooms_) {
    hub_->unsubscribe(room, this);
    release(entry);
  }
  rooms_.clear();
}

/// The room's actor forgets the session, also where its answer is still to come.
void session_state::release(room_entry& entry) {
  for (auto* handle : {&entry.handle, &entry.asked})
    if (auto room = std::exchange(*handle, nullptr))
      caf::anon_send(room, detach_session{id_});
}

void session_state::try_later(int failures, std::function<void()> what) {
  // At first soon, then less and less often.
  const auto pause = std::min(100 << std::min(failures, 4), 1000);
  const auto number = ++last_request_;
  retries_[number] = std::move(what);
  self_->delayed_send(self_, std::chrono::milliseconds{pause}, retry_due{number});
}

void session_state::on_retry(const retry_due& due) {
  auto found = retries_.find(due.number);
  if (found == retries_.end())
    return;
  const auto retry = std::move(found->second);
  retries_.erase(found);
  retry();
}

/// Whether the client still waits for the answer.
bool session_state::is_young(const answer_slot& slot) const {
  return std::chrono::steady_clock::now() - slot.since < patience();
}

void session_state::check_opened() {
  if (phase_ == phase::fresh)
    close(close_code::open_timeout);
}

void session_state::close(close_code code) {
  if (output_)
    output_->close(code);
}

void session_state::on_user_renamed(const protocol::user_renamed& event) {
  me_ = event.user;
  if (phase_ == phase::open)
    notify(event);
}

// -- requests and answers -------------------------------------------------------------------------

void session_state::dispatch(
    protocol::incoming& element, const std::shared_ptr<answer_group>& group) {
  environment_->counters->requests.Increment();
  const auto now = std::chrono::steady_clock::now();
  answer_slot slot{std::move(element.id), group, now};
  if (const auto wait_ms = bucket_.take(now); wait_ms > 0)
    return refuse(slot, {error_code::rate_limited, {}, {}, wait_ms});
  if (auto* error = std::get_if<protocol::request_error>(&element.content))
    return refuse(slot, *error);
  perform_when_open(std::move(std::get<protocol::any_request>(element.content)), slot);
}

/// What comes while the session is being opened is done afterwards.
void session_state::perform_when_open(protocol::any_request&& request, const answer_slot& slot) {
  if (phase_ == phase::opening)
    opening_->deferred.emplace_back(std::move(request), slot);
  else
    perform(std::move(request), slot);
}

void session_state::perform(protocol::any_request&& request, const answer_slot& slot) {
  if (phase_ == phase::closed)
    return refuse(slot, error_code::stopping);
  if (phase_ == phase::fresh && !std::holds_alternative<protocol::session_open>(request))
    return refuse(slot, error_code::not_open);
  if (!std::holds_alternative<protocol::room_send>(request))
    send_gathered();
  std::visit([&](auto& each) { handle(std::move(each), slot); }, request);
}

void session_state::refuse(const answer_slot& slot, const protocol::request_error& error) {
  environment_->counters->refusals.Increment();
  // A message that can't be read has no id; JSON-RPC answers it with the id null.
  const bool unreadable =
      error.code == error_code::parse_error || error.code == error_code::invalid_request;
  const protocol::request_id id =
      slot.wanted() || !unreadable ? slot.id : protocol::request_id{nullptr};
  const bool wanted = !std::holds_alternative<std::monostate>(id);
  settle(slot, wanted ? protocol::encode_error(format_, id, error) : std::string{});
  if (error.code == error_code::rate_limited &&
      ++rate_refusals_ >= environment_->options.flood_refusals)
    close(close_code::flooding);
  for (std::size_t i = 1; i <= slot.others.size(); ++i)
    refuse(slot.at(i), error);
}

void session_state::settle(const answer_slot& slot, std::string encoded) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - slot.since;
  environment_->counters->request_seconds.Observe(took.count());
  --in_flight_;
  if (phase_ == phase::closed)
    return;
  auto& group = *slot.group;
  if (!encoded.empty())
    group.answers.push_back(std::move(encoded));
  if (--group.missing == 0 && !group.answers.empty())
    output_->push(make_wire_bytes(
        format_,
        group.batch ? protocol::encode_batch(format_, group.answers) : group.answers.front()));
  read_on();
}

} // namespace klatsch
