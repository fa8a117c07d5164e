#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/cluster_board.hpp"
#include "actors/interfaces.hpp"
#include "actors/lease_control.hpp"
#include "actors/metrics.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// What the membership actor of a node works with. Outlives it.
struct membership_environment {
  std::string id;
  /// The prefix in the store.
  std::string cluster;
  std::vector<std::string> roles;
  std::chrono::milliseconds lease{2000};
  directory_actor directory;
  lease_control* lease_holder = nullptr;
  cluster_board* board = nullptr;
  metrics* counters = nullptr;
  /// Tries to reach the node, and connects where `connect` is true; always answers the actor with a
  /// `dial_report`. Must not block.
  std::function<void(const persistence::node_record&, bool connect, const membership_actor&)> dial;
  /// Ends all that stands here for actors of that actor's node, as when the link to it is lost: who
  /// watches them hears it. Must not block.
  std::function<void(const membership_actor&)> forget_actors;
  /// Tells all clients to come back elsewhere. Must not block.
  std::function<void()> send_clients_away;
};

/// Who is in the cluster. The store's view, renewed by the lease keeper, is the authority; this
/// actor makes the links that the view asks for, tells the directory who serves what, and notices
/// when this node is the one that is cut off.
///
/// Of two nodes the one with the smaller id connects. A link that broke, at a port where nobody
/// listens any more, is a dead process: its lease is ended at once instead of being waited for.
class membership_state {
 public:
  using interface = membership_actor;
  static constexpr const char* name = "klatsch.membership";

  membership_state(interface::pointer self, const membership_environment* environment);

  interface::behavior_type make_behavior();

 private:
  using clock = std::chrono::steady_clock;

  struct link {
    membership_actor membership;
    directory_actor directory;
  };

  caf::result<node_welcome> welcome(const node_hello& hello);
  void on_lease_alive(const lease_alive& sign);
  void on_report(const lease_report& report);
  void on_dialed(const dial_report& report);

  void on_view(const persistence::cluster_view& view);
  void on_lapsed();
  void on_no_answer();
  void log_changes(const persistence::cluster_view& next) const;
  void place();
  void take_roles_when_linked();
  void connect_missing();
  void report_unreachable();
  void cut_off(const char* reason);
  void publish();

  void forget_greeting(const membership_actor& peer, const std::string& id);
  void say_hello(const std::string& id, const membership_actor& peer);
  void add_link(const std::string& id, link made);
  void on_down(const caf::down_msg& down);
  std::optional<std::string> refusal_of(const node_hello& hello) const;
  clock::time_point now() const { return self_->clock().now(); }
  bool links_are_complete() const;

  interface::pointer self_;
  const membership_environment* environment_;
  persistence::cluster_view view_;
  cluster_board::state state_ = cluster_board::state::starting;
  view_changed placed_;
  std::unordered_map<std::string, link> links_;
  std::unordered_map<caf::actor_addr, std::string> link_ids_;
  std::unordered_set<std::string> dialing_;
  /// Whom a hello has been said to, and not answered yet.
  std::unordered_map<caf::actor_addr, std::string> greeted_;
  /// By node: the epoch under which it had a link that broke.
  std::unordered_map<std::string, std::int64_t> broken_;
  std::unordered_map<std::string, clock::time_point> missing_since_;
  std::unordered_map<std::string, clock::time_point> lease_heard_;
  clock::time_point last_renewal_;
  bool has_roles_ = false;
};

} // namespace klatsch
