#include "actors/store_actor.hpp"

#include <span>

#include "actors/actor_from_state.hpp"

namespace klatsch {

namespace ps = persistence;

store_state::store_state(
    interface::pointer self, metrics* counters, std::shared_ptr<ps::store_worker> worker)
    : self_(self), metrics_(counters), worker_(std::move(worker)) {}

store_state::interface::behavior_type store_state::make_behavior() {
  return {
      [this](ps::find_session& request) { return submit(request); },
      [this](ps::create_user& request) { return submit(request); },
      [this](ps::delete_session& request) { return submit(request); },
      [this](ps::expire_sessions& request) { return submit(request); },
      [this](ps::load_user& request) { return submit(request); },
      [this](ps::rename_user& request) { return submit(request); },
      [this](ps::create_room& request) { return submit(request); },
      [this](ps::list_rooms& request) { return submit(request); },
      [this](ps::activate_room& request) { return submit(request); },
      [this](ps::add_member& request) { return submit(request); },
      [this](ps::remove_member& request) { return submit(request); },
      [this](ps::check_epoch& request) { return submit(request); },
      [this](const append_messages& request) { return append(request); },
      [this](ps::read_room& request) { return submit(request); },
      [this](ps::append_private& request) { return submit(request); },
      [this](ps::read_private& request) { return submit(request); },
      [this](ps::list_conversations& request) { return submit(request); },
      [this](ps::mark_delivered& request) { return submit(request); },
      [this](ps::check_store& request) { return submit(request); },
      [this](const store_completions& completions) { complete(completions); },
  };
}

caf::result<append_outcomes> store_state::append(const append_messages& request) {
  const auto& messages = *request.each;
  const auto submitted = worker_->submit(next_ticket_, std::span{messages});
  if (submitted == 0)
    return make_error(protocol::error_code::overloaded);
  auto promise = self_->make_response_promise<append_outcomes>();
  append_outcomes outcomes;
  outcomes.each.reserve(messages.size());
  await_results(
      submitted, [this, promise, outcomes = std::move(outcomes), submitted,
                  wanted = messages.size()](ps::store_result& answer) mutable {
        if (auto* done = std::get_if<ps::appended>(&answer))
          outcomes.each.emplace_back(*done);
        else
          outcomes.each.emplace_back(failure_of(answer));
        if (outcomes.each.size() < submitted)
          return;
        outcomes.each.resize(wanted, make_error(protocol::error_code::overloaded));
        promise.deliver(std::move(outcomes));
      });
  return promise;
}

void store_state::await_results(std::size_t results, result_handler take) {
  next_ticket_ += results;
  waiting_.push_back({results, std::move(take)});
  count_waiting();
}

caf::error store_state::failure_of(const ps::store_result& result) {
  auto* error = std::get_if<ps::store_error>(&result);
  const auto what = error ? *error : ps::store_error::unavailable;
  if (what == ps::store_error::unavailable)
    metrics_->store_failures.Increment();
  return make_error(what);
}

void store_state::complete(const store_completions& completions) {
  metrics_->store_group.Observe(static_cast<double>(completions.results->size()));
  next_result_ += completions.results->size();
  count_waiting();
  for (auto& [ticket, result] : *completions.results) {
    auto& next = waiting_.front();
    next.take(result);
    if (--next.results == 0)
      waiting_.pop_front();
  }
}

void store_state::count_waiting() {
  metrics_->store_queue.Set(static_cast<double>(next_ticket_ - next_result_));
}

namespace {

void deliver_to(
    const caf::weak_actor_ptr& address,
    inline_execution& unit,
    ps::store_worker::completed&& results) {
  if (auto receiver = address.lock())
    unit.run_what_wakes([&] {
      receiver->enqueue(
          nullptr, caf::make_message_id(),
          caf::make_message(
              store_completions{std::make_shared<ps::store_worker::completed>(std::move(results))}),
          &unit);
    });
}

} // namespace

ps::store_worker::receiver deliver_completions(const store_actor& handle, inline_execution& unit) {
  // Not the actor itself, which the worker would keep alive.
  return [address = caf::actor_cast<caf::weak_actor_ptr>(handle),
          &unit](ps::store_worker::completed results) {
    deliver_to(address, unit, std::move(results));
  };
}

running_store start_store(
    caf::actor_system& system,
    metrics* counters,
    std::unique_ptr<ps::store> backend,
    ps::store_worker::options options) {
  // Set before anybody can submit anything.
  auto address = std::make_shared<caf::weak_actor_ptr>();
  // More would keep the next group waiting (DECISIONS 52).
  constexpr std::size_t takes = 1;
  auto unit = std::make_shared<inline_execution>(&system, takes);
  auto worker = std::make_shared<ps::store_worker>(
      std::move(backend), options, [address, unit](ps::store_worker::completed results) {
        deliver_to(*address, *unit, std::move(results));
      });
  auto handle = spawn_state<store_state>(system, counters, worker);
  *address = caf::actor_cast<caf::weak_actor_ptr>(handle);
  return {handle, worker};
}

} // namespace klatsch
