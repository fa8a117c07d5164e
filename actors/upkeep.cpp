#include "actors/upkeep.hpp"

#include <spdlog/spdlog.h>

#include "actors/clock.hpp"
#include "actors/error.hpp"

namespace klatsch {

namespace ps = persistence;

namespace {

constexpr auto probe_interval = std::chrono::seconds{2};
constexpr auto seed_retry = std::chrono::seconds{1};
constexpr auto expire_interval = std::chrono::minutes{10};
// Tokens ended at once, so that the store serves others in between.
constexpr std::int64_t expire_at_once = 500;

} // namespace

upkeep_state::upkeep_state(
    interface::pointer self,
    const model_environment* environment,
    std::vector<ps::stored_room> default_rooms,
    node_health* health)
    : self_(self), environment_(environment), default_rooms_(std::move(default_rooms)),
      health_(health) {}

upkeep_state::interface::behavior_type upkeep_state::make_behavior() {
  seed(); // then it probes
  expire();
  return {
      [this](probe_atom) { probe(); },
      [this](seed_atom) { seed(); },
      [this](expire_atom) { expire(); },
  };
}

void upkeep_state::seed() {
  if (seeded_ == default_rooms_.size())
    return probe();
  auto& room = default_rooms_[seeded_];
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::create_room{room.room, room.title, now_ms()})
      .then(
          [this](ps::done) {
            spdlog::info("room {}: made", default_rooms_[seeded_].room);
            ++seeded_;
            seed();
          },
          [this](const caf::error& error) {
            if (store_error_of(error) == ps::store_error::exists) {
              ++seeded_;
              seed();
            } else {
              self_->delayed_send(self_, seed_retry, seed_atom::value);
            }
          });
}

void upkeep_state::probe() {
  self_->request(environment_->store, environment_->options.request_timeout, ps::check_store{})
      .then([this](ps::done) { set_ready(true); }, [this](const caf::error&) { set_ready(false); });
}

void upkeep_state::set_ready(bool store_answers) {
  const bool ready = store_answers && seeded_ == default_rooms_.size();
  if (health_->ready.exchange(ready) != ready) {
    if (ready)
      spdlog::info("store: answers, the node is ready");
    else
      spdlog::warn("store: does not answer, the node is not ready");
  }
  self_->delayed_send(self_, probe_interval, probe_atom::value);
}

void upkeep_state::expire() {
  self_
      ->request(
          environment_->store, environment_->options.request_timeout,
          ps::expire_sessions{now_ms(), expire_at_once})
      .then(
          [this](const ps::expired_sessions& expired) {
            for (auto& id : expired.users_without_session)
              self_
                  ->request(
                      environment_->directory, environment_->options.request_timeout,
                      resolve_user{id})
                  .then(
                      [this](const user_actor& user) { self_->send(user, retire_user{}); },
                      [](const caf::error&) {});
            if (expired.more)
              self_->send(self_, expire_atom::value);
            else
              self_->delayed_send(self_, expire_interval, expire_atom::value);
          },
          [this](const caf::error&) {
            self_->delayed_send(self_, expire_interval, expire_atom::value);
          });
}

} // namespace klatsch
