// The user and private messages: opening a session with what waited, receiving, reading back.

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "actors/clock.hpp"
#include "actors/user.hpp"

namespace klatsch {

namespace ps = persistence;
using protocol::error_code;

namespace {

// A user's actor that moves, or whose node has died, is elsewhere after two seconds; the sender
// does not wait longer for the acknowledgement. For the sender's other sessions it is tried for
// some ten minutes more.
constexpr std::chrono::milliseconds patience_with_sender{2000};
constexpr int attempts_before_acknowledging = 20;
constexpr int attempts_to_tell = 200;
constexpr auto pause_to_tell = std::chrono::milliseconds{100};
constexpr auto longest_pause_to_tell = std::chrono::milliseconds{3000};

} // namespace

/// A session that is being opened: what has been read for it, and what is still to come.
struct user_state::opening {
  open_session request;
  opened_user answer;
  caf::typed_response_promise<opened_user> promise;
  std::size_t reads = 0;
  std::optional<caf::error> failure;
};

caf::result<opened_user> user_state::open(const open_session& request) {
  used_ = true;
  if (refusal_)
    return make_error(*refusal_);
  // From now on the session gets what arrives; it keeps it aside until it has our answer.
  if (request.handle.address() == maker_)
    maker_ = {};
  else
    self_->monitor(request.handle);
  sessions_[request.session] = {request.handle, digest_of_hash(request.token_hash)};
  const bool just_made = request.created && !newcomer_;
  newcomer_ = newcomer_ || request.created;
  auto work = std::make_shared<opening>();
  work->request = request;
  work->answer.who = who_;
  work->answer.rooms.assign(rooms_.begin(), rooms_.end());
  work->answer.newcomer = newcomer_ && rooms_.empty();
  work->promise = self_->make_response_promise<opened_user>();
  if (just_made) {
    // Nobody can have written to this user yet.
    finish(work);
    return work->promise;
  }
  // The actor before this one, on a node that has lost the store but not the others, may still be
  // told of messages.
  if (environment_->options.clustered && !std::exchange(confirmed_, true))
    confirm();
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::list_conversations{
              id(), static_cast<std::int64_t>(protocol::limits::listed_conversations)})
      .then(
          [this, work](const std::vector<ps::stored_conversation>& conversations) {
            on_conversations(work, conversations);
          },
          [this, work](const caf::error& error) {
            work->failure = error;
            finish(work);
          });
  return work->promise;
}

void user_state::on_conversations(
    const std::shared_ptr<opening>& work,
    const std::vector<ps::stored_conversation>& conversations) {
  auto& resume = work->request.resume;
  auto most = protocol::limits::resume_messages;
  std::vector<std::tuple<std::string, std::int64_t, std::int64_t>> to_read;
  for (auto& each : conversations) {
    auto point =
        std::find_if(resume.begin(), resume.end(), [&](auto& x) { return x.with == each.with.id; });
    protocol::opened_conversation opened{each.with, each.seq, std::nullopt};
    auto after = std::min(each.delivered, each.seq);
    if (point != resume.end()) {
      after = point->after;
      opened.recovered = after <= each.seq && each.seq - after <= protocol::limits::resume_messages;
      if (!*opened.recovered)
        after = each.seq;
    }
    // What waited is bounded like a resume; the older ones are in the history.
    after = std::max(after, each.seq - protocol::limits::resume_messages);
    // So are all conversations together, those with the newest messages first.
    if (each.seq - after > most) {
      opened.recovered = false;
      after = each.seq;
    }
    most -= each.seq - after;
    work->answer.conversations.push_back(std::move(opened));
    if (after < each.seq)
      // Not beyond what is listed: the session gets live what has come since.
      to_read.emplace_back(each.with.id, after, each.seq);
  }
  work->reads = to_read.size();
  for (auto& [with, after, upto] : to_read)
    read_missed(work, with, after, upto);
  if (to_read.empty())
    finish(work);
}

void user_state::read_missed(
    const std::shared_ptr<opening>& work,
    const std::string& with,
    std::int64_t after,
    std::int64_t upto) {
  auto one_read = [this, work] {
    if (--work->reads == 0)
      finish(work);
  };
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::read_private{id(), with, {upto + 1, after, protocol::limits::resume_messages}})
      .then(
          [=, this](const ps::log_page<protocol::private_message>& page) {
            auto& missed = work->answer.missed;
            missed.insert(missed.end(), page.messages.begin(), page.messages.end());
            if (!page.messages.empty())
              self_
                  ->request(
                      environment_->store, environment_->options.request_timeout,
                      ps::mark_delivered{id(), with, page.messages.back().seq})
                  .then([](ps::done) {}, [](const caf::error&) {});
            one_read();
          },
          [=](const caf::error& error) {
            work->failure = error;
            one_read();
          });
}

void user_state::finish(const std::shared_ptr<opening>& work) {
  if (work->failure) {
    sessions_.erase(work->request.session);
    check_idle_later();
    work->promise.deliver(*work->failure);
  } else {
    work->promise.deliver(std::move(work->answer));
  }
}

caf::result<protocol::sent_result> user_state::receive(send_private& request) {
  used_ = true;
  if (refusal_)
    return make_error(*refusal_);
  auto promise = self_->make_response_promise<protocol::sent_result>();
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::append_private{
              request.from, who_, request.text, request.cid, now_ms(), !sessions_.empty()})
      .then(
          [this, request = std::move(request), to = who_,
           promise](const ps::appended& done) mutable {
            // A duplicate is shown again: perhaps nobody heard of it the first time. Sessions drop
            // numbers that they have seen.
            if (!done.duplicate)
              environment_->counters->private_messages.Increment();
            on_stored(
                {request.from.id, done.seq, done.ts, request.from, std::move(to),
                 std::move(request.text), std::move(request.cid)},
                std::move(request.sender), promise);
          },
          [promise](const caf::error& error) mutable {
            const bool missing = store_error_of(error) == ps::store_error::not_found;
            promise.deliver(missing ? make_error(error_code::no_such_user) : error);
          });
  return promise;
}

void user_state::on_stored(
    protocol::private_message message, user_actor sender, promise_of_send promise) {
  show(message);
  message.with = id();
  const auto number = ++last_untold_;
  untold_.emplace(number, untold{std::move(message), std::move(sender), std::move(promise)});
  tell_sender(number);
}

/// Acknowledges it when the sender's actor has it for the sender's own sessions. When this actor
/// dies before, nothing was acknowledged, and the sender's session asks the next one.
void user_state::tell_sender(std::int64_t number) {
  auto found = untold_.find(number);
  if (found == untold_.end())
    return;
  if (auto known = std::exchange(found->second.sender, nullptr))
    return tell(known, number);
  self_
      ->request(
          environment_->directory, environment_->options.request_timeout,
          resolve_user{found->second.message.from.id})
      .then(
          [this, number](const user_actor& sender) { tell(sender, number); },
          [this, number](const caf::error&) { on_sender_not_told(number); });
}

void user_state::tell(const user_actor& sender, std::int64_t number) {
  self_
      ->request(
          sender, std::min(environment_->options.request_timeout, patience_with_sender),
          private_stored{untold_.at(number).message})
      .then(
          [this, number](succeeded) {
            acknowledge(untold_.at(number));
            untold_.erase(number);
          },
          [this, number](const caf::error&) { on_sender_not_told(number); });
}

void user_state::on_sender_not_told(std::int64_t number) {
  auto& content = untold_.at(number);
  if (++content.failures >= attempts_before_acknowledging)
    acknowledge(content);
  if (content.failures == attempts_to_tell)
    untold_.erase(number);
  else
    self_->delayed_send(
        self_, std::min(pause_to_tell * content.failures, longest_pause_to_tell),
        retry_due{number});
}

void user_state::acknowledge(untold& content) {
  if (!std::exchange(content.acknowledged, true))
    content.promise.deliver(protocol::sent_result{content.message.seq, content.message.ts});
}

void user_state::show(const protocol::private_message& message) {
  for (auto& [id, session] : sessions_)
    self_->send(session.handle, message);
}

succeeded user_state::on_sent(const private_stored& stored) {
  show(stored.message);
  return {};
}

caf::result<protocol::user_history_result> user_state::read(const read_private_log& request) {
  used_ = true;
  if (refusal_)
    return make_error(*refusal_);
  auto promise = self_->make_response_promise<protocol::user_history_result>();
  auto& part = request.part;
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::read_private{id(), request.with, {part.before, part.after, part.limit}})
      .then(
          [promise](ps::log_page<protocol::private_message>& page) mutable {
            promise.deliver(protocol::user_history_result{std::move(page.messages), page.more});
          },
          [promise](const caf::error& error) mutable {
            const bool missing = store_error_of(error) == ps::store_error::not_found;
            promise.deliver(missing ? make_error(error_code::no_such_user) : error);
          });
  return promise;
}

} // namespace klatsch
