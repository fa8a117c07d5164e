#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/connection.hpp"
#include "actors/interfaces.hpp"
#include "actors/metrics.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// The subscriptions of one Asio thread. Sessions of the thread call it directly, the relay sends
/// to it; everything happens on that thread.
///
/// A subscription has a cursor, the last sequence number given to the client. An event with the
/// next number is pushed, an older one dropped; a gap (something was lost on the way from the room)
/// makes the session read what is missing from the room's log. While a session waits for its
/// room's answer, events are kept aside: the queue "pending", bounded by `pending_events`; over the
/// bound they are dropped, which shows as a gap afterwards.
class hub_table {
 public:
  /// What the session behind a subscription is told.
  class subscriber {
   public:
    virtual ~subscriber() = default;
    virtual connection& output() = 0;
    virtual const std::string& user_id() const = 0;
    // These three are called in the midst of the table's work: they must do no more than take note
    // and send the session a message.
    /// Events were lost; the subscription keeps aside what comes until `activate`.
    virtual void on_gap(const std::string& room) = 0;
    virtual void on_room_lost(const room_lost& lost) = 0;
    /// The user left the room, and the subscription has ended with this cursor. `told`: its last
    /// event has reached the client, and was not among those kept aside.
    virtual void on_left(const std::string& room, std::int64_t cursor, bool told) = 0;
  };

  explicit hub_table(metrics& counters, std::size_t pending_events = 1024)
      : metrics_(counters), pending_events_(pending_events) {}

  /// Keeps the room's events aside for this subscriber until `activate`. Idempotent.
  void subscribe(const std::string& room, subscriber* who);

  /// Everything up to `seq` has been pushed: push what was kept aside, then whatever comes. Does
  /// nothing for a subscription that is active already.
  void activate(const std::string& room, subscriber* who, std::int64_t seq);

  void unsubscribe(const std::string& room, subscriber* who);

  /// The subscription's cursor, -1 before it was active; nothing where there is none.
  std::optional<std::int64_t> cursor(const std::string& room, const subscriber* who) const;

  /// From the relay.
  void deliver(const room_frames& frames);
  void lose(const room_lost& lost);

  std::size_t subscriptions() const;

 private:
  using kept_events = std::vector<event_frame>;

  struct subscription {
    subscriber* who;
    message_sink* output;
    protocol::wire_format format;
    std::int64_t cursor = -1;
    /// Present while the session waits for its room.
    std::unique_ptr<kept_events> pending;
    /// Some did not fit into `pending`; perhaps the last ones, after which nothing shows the gap.
    bool dropped = false;
  };

  /// All subscriptions of one room, close together for the delivery, and where each one stands.
  struct room {
    std::vector<subscription> subscriptions;
    std::unordered_map<const subscriber*, std::size_t> places;
  };

  subscription* find(const std::string& name, const subscriber* who);
  void keep(subscription& to, const event_frame& event);
  void end_quietly(const room_frames& frames);
  void end_subscriptions_of(const std::string& user_id, const std::string& name);
  void offer_each(const std::string& name, subscription& to, std::span<const event_frame> events);
  bool offer(subscription& to, const event_frame& event);

  metrics& metrics_;
  std::size_t pending_events_;
  std::unordered_map<std::string, room> rooms_;
};

/// The actor in front of a table, which outlives it.
hub_actor::behavior_type hub(hub_actor::pointer self, hub_table* table);

} // namespace klatsch
