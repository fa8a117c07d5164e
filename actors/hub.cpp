#include "actors/hub.hpp"

#include <algorithm>
#include <tuple>

namespace klatsch {

hub_table::subscription* hub_table::find(const std::string& name, const subscriber* who) {
  auto found = rooms_.find(name);
  if (found == rooms_.end())
    return nullptr;
  auto place = found->second.places.find(who);
  return place == found->second.places.end() ? nullptr
                                             : &found->second.subscriptions[place->second];
}

void hub_table::subscribe(const std::string& name, subscriber* who) {
  if (auto* existing = find(name, who)) {
    if (!existing->pending)
      existing->pending = std::make_unique<kept_events>();
    return;
  }
  auto& to = rooms_[name];
  to.places.emplace(who, to.subscriptions.size());
  auto& output = who->output();
  to.subscriptions.push_back(
      {who, &output.sink(), output.format(), -1, std::make_unique<kept_events>()});
}

void hub_table::activate(const std::string& name, subscriber* who, std::int64_t seq) {
  auto* to = find(name, who);
  if (!to || !to->pending)
    return;
  const auto kept = std::move(to->pending);
  to->cursor = seq;
  offer_each(name, *to, *kept);
  if (std::exchange(to->dropped, false) && !to->pending) {
    to->pending = std::make_unique<kept_events>();
    who->on_gap(name);
  }
}

void hub_table::unsubscribe(const std::string& name, subscriber* who) {
  auto found = rooms_.find(name);
  if (found == rooms_.end())
    return;
  auto& [subscriptions, places] = found->second;
  auto place = places.find(who);
  if (place == places.end())
    return;
  const auto index = place->second;
  places.erase(place);
  if (index + 1 != subscriptions.size()) {
    subscriptions[index] = std::move(subscriptions.back());
    places[subscriptions[index].who] = index;
  }
  subscriptions.pop_back();
  if (subscriptions.empty())
    rooms_.erase(found);
}

std::optional<std::int64_t>
hub_table::cursor(const std::string& name, const subscriber* who) const {
  auto* found = const_cast<hub_table*>(this)->find(name, who);
  return found ? std::optional{found->cursor} : std::nullopt;
}

void hub_table::keep(subscription& to, const event_frame& event) {
  if (to.pending->size() < pending_events_) {
    to.pending->push_back(event);
  } else {
    to.dropped = true;
    metrics_.pending_overflows.Increment();
  }
}

/// False when something is missing before it; then it is kept aside.
bool hub_table::offer(subscription& to, const event_frame& event) {
  if (event.seq != 0) {
    if (event.seq <= to.cursor)
      return true;
    if (event.seq != to.cursor + 1) {
      metrics_.gaps.Increment();
      to.pending = std::make_unique<kept_events>();
      keep(to, event);
      return false;
    }
    to.cursor = event.seq;
  }
  to.output->push(event.frame->bytes(to.format));
  return true;
}

void hub_table::offer_each(
    const std::string& name, subscription& to, std::span<const event_frame> events) {
  for (const auto& event : events)
    if (to.pending)
      keep(to, event);
    else if (!offer(to, event))
      to.who->on_gap(name);
}

namespace {

/// The numbers of the messages among events, where they follow each other.
struct number_range {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool dense = true;

  explicit number_range(std::span<const event_frame> events) {
    for (const auto& event : events) {
      if (event.seq == 0)
        continue;
      dense = dense && (last == 0 || event.seq == last + 1);
      first = first == 0 ? event.seq : first;
      last = event.seq;
    }
  }
};

} // namespace

void hub_table::deliver(const room_frames& frames) {
  auto found = rooms_.find(frames.room);
  if (found == rooms_.end())
    return;
  if (frames.for_leaver_only)
    return end_quietly(frames);
  const number_range numbers(frames.events);
  // One receiver after the other, and not one event after the other: what is touched of a receiver
  // is touched once. Subscribers answer by messages to themselves, so that the list does not change
  // underneath.
  for (auto& each : found->second.subscriptions) {
    const bool next = numbers.dense && (numbers.first == 0 || numbers.first == each.cursor + 1);
    if (each.pending || !next) {
      offer_each(frames.room, each, frames.events);
      continue;
    }
    each.cursor = std::max(each.cursor, numbers.last);
    each.output->push(frames.all->bytes(each.format));
  }
  metrics_.deliveries.Increment(
      static_cast<double>(found->second.subscriptions.size() * frames.events.size()));
  if (!frames.left.empty())
    end_subscriptions_of(frames.left, frames.room);
}

void hub_table::end_quietly(const room_frames& frames) {
  for (auto& each : rooms_[frames.room].subscriptions)
    if (each.who->user_id() == frames.left)
      offer_each(frames.room, each, frames.events);
  end_subscriptions_of(frames.left, frames.room);
}

void hub_table::end_subscriptions_of(const std::string& user_id, const std::string& name) {
  std::vector<std::tuple<subscriber*, std::int64_t, bool>> leaving;
  for (auto& each : rooms_[name].subscriptions)
    if (each.who->user_id() == user_id)
      leaving.emplace_back(each.who, each.cursor, !each.pending);
  for (auto& [who, cursor, told] : leaving) {
    unsubscribe(name, who);
    who->on_left(name, cursor, told);
  }
}

void hub_table::lose(const room_lost& lost) {
  auto found = rooms_.find(lost.room);
  if (found == rooms_.end())
    return;
  for (auto& each : found->second.subscriptions)
    each.who->on_room_lost(lost);
}

std::size_t hub_table::subscriptions() const {
  std::size_t count = 0;
  for (auto& [name, each] : rooms_)
    count += each.subscriptions.size();
  return count;
}

hub_actor::behavior_type hub(hub_actor::pointer, hub_table* table) {
  return {
      [table](const room_frames& frames) { table->deliver(frames); },
      [table](const room_lost& lost) { table->lose(lost); },
  };
}

} // namespace klatsch
