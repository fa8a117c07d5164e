#include "actors/relay.hpp"

#include <memory>
#include <utility>

#include <caf/sum_type.hpp>

namespace klatsch {

namespace {

// What joined frames may have, so that a hub, which hands out many of them in one turn, stays below
// the bound of an outbox.
constexpr std::size_t most_joined = 64;
constexpr std::size_t most_joined_bytes = 16 * 1024;

/// About what an event takes in any wire format, without its text.
constexpr std::size_t usual_bytes = 256;

std::size_t bytes_of(const protocol::message& message) {
  return usual_bytes + message.text.size();
}

template <class Event>
std::size_t bytes_of(const Event&) {
  return usual_bytes;
}

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

std::string leaver_of(const quiet_leave& event) {
  return event.left.user.id;
}

template <class Event>
std::string leaver_of(const Event&) {
  return {};
}

bool for_leaver_only(const quiet_leave&) {
  return true;
}

template <class Event>
bool for_leaver_only(const Event&) {
  return false;
}

frame_ptr frame_of(const quiet_leave& event) {
  return make_frame(event.left);
}

template <class Event>
frame_ptr frame_of(const Event& event) {
  return make_frame(event);
}

frame_ptr join(const std::vector<event_frame>& events) {
  if (events.size() == 1)
    return events.front().frame;
  std::vector<frame_ptr> parts;
  parts.reserve(events.size());
  for (auto& event : events)
    parts.push_back(event.frame);
  return std::make_shared<joined_frame>(std::move(parts));
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
  room_frames run{.room = events.room};
  std::size_t bytes = 0;
  auto end_run = [&] {
    hand_out(std::exchange(run, room_frames{.room = events.room}));
    bytes = 0;
  };
  for (auto& content : events.events) {
    const bool alone = caf::visit([](auto& each) { return for_leaver_only(each); }, content);
    const auto size = caf::visit([](auto& each) { return bytes_of(each); }, content);
    if (alone || run.events.size() == most_joined || bytes + size > most_joined_bytes)
      end_run();
    bytes += size;
    run.events.push_back(caf::visit(
        [](auto& each) {
          return event_frame{sequence_of(each), frame_of(each)};
        },
        content));
    run.left = caf::visit([](auto& each) { return leaver_of(each); }, content);
    run.for_leaver_only = alone;
    // Those who have left get nothing of what comes after it.
    if (!run.left.empty())
      end_run();
  }
  end_run();
}

void relay_state::hand_out(room_frames run) {
  if (run.events.empty())
    return;
  run.all = join(run.events);
  const auto frames = caf::make_message(std::move(run));
  for (auto& hub : hubs_)
    caf::actor_cast<caf::strong_actor_ptr>(hub)->enqueue(
        self_->ctrl(), caf::make_message_id(), frames, self_->context());
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
