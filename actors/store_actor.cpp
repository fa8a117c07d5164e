#include "actors/store_actor.hpp"

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
      [this](ps::append_message& request) { return submit(request); },
      [this](ps::read_room& request) { return submit(request); },
      [this](ps::append_private& request) { return submit(request); },
      [this](ps::read_private& request) { return submit(request); },
      [this](ps::list_conversations& request) { return submit(request); },
      [this](ps::mark_delivered& request) { return submit(request); },
      [this](ps::check_store& request) { return submit(request); },
      [this](const store_completions& completions) { complete(completions); },
  };
}

caf::error store_state::fail(ps::store_error error) {
  if (error == ps::store_error::unavailable)
    metrics_->store_failures.Increment();
  return make_error(error);
}

void store_state::complete(const store_completions& completions) {
  metrics_->store_group.Observe(static_cast<double>(completions.results->size()));
  for (auto& [ticket, result] : *completions.results) {
    auto answer = std::move(waiting_.front());
    waiting_.pop_front();
    answer(result);
  }
  metrics_->store_queue.Set(static_cast<double>(waiting_.size()));
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
  auto unit = std::make_shared<inline_execution>(&system);
  auto worker = std::make_shared<ps::store_worker>(
      std::move(backend), options, [address, unit](ps::store_worker::completed results) {
        deliver_to(*address, *unit, std::move(results));
      });
  auto handle = spawn_state<store_state>(system, counters, worker);
  *address = caf::actor_cast<caf::weak_actor_ptr>(handle);
  return {handle, worker};
}

} // namespace klatsch
