#include "actors/hub.hpp"

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
  auto kept = std::move(to->pending);
  to->cursor = seq;
  for (auto& event : *kept)
    if (to->pending)
      keep(*to, event.seq, event.frame); // a gap was found on the way
    else if (!offer(name, *to, event.seq, event.frame))
      who->on_gap(name);
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

void hub_table::keep(subscription& to, std::int64_t seq, const frame_ptr& frame) {
  if (to.pending->size() < pending_events_) {
    to.pending->push_back({seq, frame});
  } else {
    to.dropped = true;
    metrics_.pending_overflows.Increment();
  }
}

bool hub_table::offer(
    const std::string&, subscription& to, std::int64_t seq, const frame_ptr& frame) {
  if (seq != 0) {
    if (seq <= to.cursor)
      return true;
    if (seq != to.cursor + 1) {
      metrics_.gaps.Increment();
      to.pending = std::make_unique<kept_events>();
      keep(to, seq, frame);
      return false;
    }
    to.cursor = seq;
  }
  to.output->push(frame->bytes(to.format));
  return true;
}

void hub_table::deliver(const frame_event& event) {
  const auto& name = *event.room;
  auto found = rooms_.find(name);
  if (found == rooms_.end())
    return;
  if (event.for_leaver_only)
    return end_quietly(event);
  // Subscribers answer by messages to themselves, so that the list does not change underneath.
  for (auto& each : found->second.subscriptions)
    if (each.pending)
      keep(each, event.seq, event.frame);
    else if (!offer(name, each, event.seq, event.frame))
      each.who->on_gap(name);
  metrics_.deliveries.Increment(static_cast<double>(found->second.subscriptions.size()));
  if (!event.left.empty())
    end_subscriptions_of(event.left, name);
}

void hub_table::end_quietly(const frame_event& event) {
  for (auto& each : rooms_[*event.room].subscriptions)
    if (each.who->user_id() == event.left) {
      if (each.pending)
        keep(each, 0, event.frame);
      else
        each.output->push(event.frame->bytes(each.format));
    }
  end_subscriptions_of(event.left, *event.room);
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
      [table](const frame_event& event) { table->deliver(event); },
      [table](const room_lost& lost) { table->lose(lost); },
  };
}

} // namespace klatsch
