#include "actors/lease_keeper.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace klatsch {

namespace ps = persistence;

namespace {

constexpr int renewals_in_a_lease = 4;

} // namespace

lease_keeper::lease_keeper(
    std::unique_ptr<ps::lease_table> table, ps::node_record self, std::chrono::milliseconds lease)
    : table_(std::move(table)), lease_(lease), self_(std::move(self)) {}

lease_keeper::~lease_keeper() {
  stop();
}

ps::lease_view lease_keeper::acquire() {
  auto answer = table_->acquire(self_, lease_.count());
  adopt(answer);
  return answer;
}

void lease_keeper::adopt(const ps::lease_view& answer) {
  const std::lock_guard lock{mutex_};
  if (auto* view = std::get_if<ps::cluster_view>(&answer)) {
    if (auto* own = view->find(self_.id))
      self_.epoch = own->epoch;
    held_ = true;
  } else if (std::get<ps::lease_error>(answer) == ps::lease_error::lapsed) {
    held_ = false;
  }
}

void lease_keeper::start(report done) {
  report_ = std::move(done);
  thread_ = std::thread{[this] { run(); }};
}

void lease_keeper::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    hurry_ = false;
    const auto self = self_;
    const auto dead = std::exchange(dead_, {});
    lock.unlock();
    for (auto& each : dead)
      if (std::holds_alternative<ps::cluster_view>(table_->expel(each.id, each.epoch)))
        spdlog::info("cluster: node {} is dead, its lease was ended", each.id);
    auto answer = renew_or_acquire(self);
    report_(std::move(answer));
    lock.lock();
    changed_.wait_for(lock, lease_ / renewals_in_a_lease, [this] { return hurry_ || stopping_; });
  }
}

ps::lease_view lease_keeper::renew_or_acquire(const ps::node_record& self) {
  auto answer = held_ ? table_->renew(self, lease_.count()) : table_->acquire(self, lease_.count());
  adopt(answer);
  return answer;
}

std::int64_t lease_keeper::epoch() const {
  const std::lock_guard lock{mutex_};
  return self_.epoch;
}

void lease_keeper::set_load(std::int64_t rooms, std::int64_t users, std::int64_t sessions) {
  const std::lock_guard lock{mutex_};
  self_.rooms = rooms;
  self_.users = users;
  self_.sessions = sessions;
}

template <class Change>
void lease_keeper::tell_soon(Change change) {
  {
    const std::lock_guard lock{mutex_};
    change();
    hurry_ = true;
  }
  changed_.notify_one();
}

void lease_keeper::set_unreachable(std::vector<std::string> nodes) {
  {
    const std::lock_guard lock{mutex_};
    if (self_.unreachable == nodes)
      return;
  }
  tell_soon([&] { self_.unreachable = std::move(nodes); });
}

void lease_keeper::set_roles(std::vector<std::string> roles) {
  tell_soon([&] { self_.roles = std::move(roles); });
}

void lease_keeper::drain() {
  tell_soon([&] { self_.draining = true; });
}

void lease_keeper::hurry() {
  tell_soon([] {});
}

void lease_keeper::expel(std::string id, std::int64_t epoch) {
  tell_soon([&] { dead_.push_back({std::move(id), epoch}); });
}

void lease_keeper::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  if (!thread_.joinable())
    return;
  thread_.join();
  if (held_)
    table_->release(self_.id, self_.epoch);
}

} // namespace klatsch
