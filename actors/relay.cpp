#include "actors/relay.hpp"

#include <caf/sum_type.hpp>

namespace klatsch {

namespace {

std::int64_t sequence_of(const protocol::message& message) {
  return message.seq;
}

template <class Event>
std::int64_t sequence_of(const Event&) {
  return 0;
}

std::string leaver_of(const protocol::member_left& event) {
  return event.user.id;
}

template <class Event>
std::string leaver_of(const Event&) {
  return {};
}

template <class Event>
frame_event to_frame(const std::shared_ptr<const std::string>& room, const Event& event) {
  return {room, sequence_of(event), make_frame(event), leaver_of(event), false};
}

frame_event to_frame(const std::shared_ptr<const std::string>& room, const quiet_leave& event) {
  return {room, 0, make_frame(event.left), event.left.user.id, true};
}

} // namespace

relay_state::relay_state(interface::pointer self) : self_(self) {
  self->set_down_handler([this](const caf::down_msg& down) { on_down(down.source); });
}

relay_state::interface::behavior_type relay_state::make_behavior() {
  return {
      [this](const room_events& events) { spread(events); },
      [this](const hub_actor& hub) { add_hub(hub); },
      [this](const watch_room& watched) { watch(watched); },
  };
}

void relay_state::spread(const room_events& events) {
  auto room = std::make_shared<const std::string>(events.room);
  for (auto& content : events.events) {
    auto event = caf::visit([&](const auto& each) { return to_frame(room, each); }, content);
    for (auto& hub : hubs_)
      self_->send(hub, event);
  }
}

void relay_state::watch(const watch_room& watched) {
  // Once per room, though each session that attaches asks for it.
  if (watched_.emplace(watched.handle.address(), watched.room).second)
    self_->monitor(watched.handle);
}

void relay_state::on_down(const caf::actor_addr& source) {
  auto found = watched_.find(source);
  if (found == watched_.end())
    return;
  for (auto& hub : hubs_)
    self_->send(hub, room_lost{found->second, source});
  watched_.erase(found);
}

} // namespace klatsch
