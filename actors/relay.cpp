#include "actors/relay.hpp"

#include <memory>
#include <utility>

#include <caf/sum_type.hpp>

#include "actors/send_shared.hpp"

namespace klatsch {

namespace {

// What joined frames may have, so that a hub, which hands out many of them in one turn, stays below
// the bound of an outbox.
constexpr std::size_t most_joined = 64;
constexpr std::size_t most_joined_bytes = 16 * 1024;

/// About what an event takes in any wire format, without its text.
constexpr std::size_t usual_bytes = 256;

/// An event for the hubs, and what it says of the frame that it is in.
struct described_event {
  event_frame event;
  std::size_t bytes = usual_bytes;
  /// As in room_frames.
  std::string left = {};
  bool for_leaver_only = false;
};

described_event describe(const protocol::message& event) {
  return {.event = {event.seq, make_frame(event)}, .bytes = usual_bytes + event.text.size()};
}

described_event describe(const protocol::member_left& event) {
  return {.event = {0, make_frame(event)}, .left = event.user.id};
}

described_event describe(const quiet_leave& event) {
  auto described = describe(event.left);
  described.for_leaver_only = true;
  return described;
}

template <class Event>
described_event describe(const Event& event) {
  return {.event = {0, make_frame(event)}};
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
    auto next = caf::visit([](auto& each) { return describe(each); }, content);
    if (next.for_leaver_only || run.events.size() == most_joined ||
        bytes + next.bytes > most_joined_bytes)
      end_run();
    bytes += next.bytes;
    run.events.push_back(std::move(next.event));
    run.left = std::move(next.left);
    run.for_leaver_only = next.for_leaver_only;
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
    send_shared(self_, hub, frames);
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
