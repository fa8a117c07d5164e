#include "actors/directory.hpp"

#include "actors/actor_from_state.hpp"
#include "actors/error.hpp"
#include "actors/room.hpp"
#include "actors/user.hpp"

namespace klatsch {

using protocol::error_code;

directory_state::directory_state(interface::pointer self, const model_environment* environment)
    : self_(self), environment_(environment) {
  self_->set_down_handler([this](const caf::down_msg& down) { on_down(down.source); });
}

directory_state::interface::behavior_type directory_state::make_behavior() {
  return {
      [this](const resolve_room& request) { return find_room(request); },
      [this](const resolve_user& request) { return find_user(request); },
      [this](const room_online& report) { note_online(report); },
      [this](const list_online&) { return all_online(); },
      [this](const release_room& request) { return release(request); },
      [this](const release_user& request) { return release(request); },
      [this](const stop_directory&) { return stop(); },
  };
}

caf::result<room_actor> directory_state::find_room(const resolve_room& request) {
  if (stopping_)
    return make_error(error_code::stopping);
  auto [place, missing] = rooms_.try_emplace(request.room);
  if (missing) {
    place->second = spawn_state<room_state>(*self_, request.room, environment_);
    alive_.emplace(place->second.address(), request.room);
    self_->monitor(place->second);
  }
  return place->second;
}

caf::result<user_actor> directory_state::find_user(const resolve_user& request) {
  if (stopping_)
    return make_error(error_code::stopping);
  auto [place, missing] = users_.try_emplace(request.user_id);
  if (missing) {
    place->second = spawn_state<user_state>(*self_, request.user_id, environment_);
    alive_.emplace(place->second.address(), request.user_id);
    self_->monitor(place->second);
  }
  return place->second;
}

void directory_state::note_online(const room_online& report) {
  if (report.online == 0)
    online_.erase(report.room);
  else
    online_[report.room] = report.online;
}

std::vector<room_online> directory_state::all_online() const {
  std::vector<room_online> all;
  all.reserve(online_.size());
  for (auto& [room, online] : online_)
    all.push_back({room, online});
  return all;
}

bool directory_state::is_sender(const caf::actor_addr& address) const {
  return caf::actor_cast<caf::actor_addr>(self_->current_sender()) == address;
}

succeeded directory_state::release(const release_room& request) {
  // A younger actor may have its place already; that one stays.
  auto found = rooms_.find(request.room);
  if (found != rooms_.end() && is_sender(found->second.address()))
    rooms_.erase(found);
  return {};
}

succeeded directory_state::release(const release_user& request) {
  auto found = users_.find(request.user_id);
  if (found != users_.end() && is_sender(found->second.address()))
    users_.erase(found);
  return {};
}

void directory_state::on_down(const caf::actor_addr& source) {
  auto found = alive_.find(source);
  if (found == alive_.end())
    return;
  const auto id = std::move(found->second);
  alive_.erase(found);
  forget_room(source, id);
  if (auto user = users_.find(id); user != users_.end() && user->second.address() == source)
    users_.erase(user);
  if (stopping_ && alive_.empty())
    for (auto& promise : when_stopped_)
      promise.deliver(succeeded{});
}

void directory_state::forget_room(const caf::actor_addr& source, const std::string& room) {
  auto found = rooms_.find(room);
  if (found == rooms_.end() || found->second.address() != source)
    return;
  rooms_.erase(found);
  online_.erase(room);
}

caf::result<succeeded> directory_state::stop() {
  stopping_ = true;
  if (alive_.empty())
    return succeeded{};
  auto promise = self_->make_response_promise<succeeded>();
  when_stopped_.push_back(promise);
  for (auto& [address, id] : alive_)
    if (auto actor = caf::actor_cast<caf::actor>(address))
      self_->send_exit(actor, caf::exit_reason::user_shutdown);
  return promise;
}

} // namespace klatsch
