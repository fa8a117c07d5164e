#include "actors/membership.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/active_nodes.hpp"
#include "actors/error.hpp"

namespace klatsch {

namespace ps = persistence;
using state = cluster_board::state;

membership_state::membership_state(
    interface::pointer self, const membership_environment* environment)
    : self_(self), environment_(environment), last_renewal_(now()) {
  self_->set_down_handler([this](const caf::down_msg& down) { on_down(down); });
}

membership_state::interface::behavior_type membership_state::make_behavior() {
  return {
      [this](const node_hello& hello) { return welcome(hello); },
      [this](const lease_alive& sign) { on_lease_alive(sign); },
      [this](const lease_report& report) { on_report(report); },
      [this](const dial_report& report) { on_dialed(report); },
  };
}

// -- the lease ------------------------------------------------------------------------------------

void membership_state::on_report(const lease_report& report) {
  if (auto* view = std::get_if<ps::cluster_view>(&report.view))
    on_view(*view);
  else if (std::get<ps::lease_error>(report.view) == ps::lease_error::lapsed)
    on_lapsed();
  else
    on_no_answer();
  publish();
}

void membership_state::on_view(const ps::cluster_view& view) {
  last_renewal_ = now();
  if (view.number != view_.number)
    log_changes(view);
  view_ = view;
  for (auto& [id, link] : links_)
    self_->send(link.membership, lease_alive{environment_->id});
  connect_missing();
  report_unreachable();
  take_roles_when_linked();
  place();
}

void membership_state::log_changes(const ps::cluster_view& next) const {
  for (auto& each : next.nodes) {
    auto* before = view_.find(each.id);
    if (!before)
      spdlog::info("cluster view {}: node {} is there", next.number, each.id);
    else if (before->epoch != each.epoch)
      spdlog::info("cluster view {}: node {} has started again", next.number, each.id);
    else if (each.draining && !before->draining)
      spdlog::info("cluster view {}: node {} is about to end", next.number, each.id);
  }
  for (auto& each : view_.nodes)
    if (!next.find(each.id))
      spdlog::warn("cluster view {}: node {} is gone", next.number, each.id);
}

void membership_state::on_lapsed() {
  environment_->counters->lease_failures.Increment();
  spdlog::warn("cluster: the lease of this node has lapsed; what it served, others may serve now");
  has_roles_ = false;
  environment_->lease_holder->set_roles({});
  if (state_ != state::draining)
    state_ = state::starting;
  view_.nodes.clear();
  place();
}

/// The store does not answer. When it answers others, this node is cut off; when it answers nobody,
/// there is no better place for the clients than here.
void membership_state::on_no_answer() {
  environment_->counters->lease_failures.Increment();
  if (now() - last_renewal_ < environment_->lease || view_.nodes.size() < 2)
    return;
  const bool others_hear_it = std::ranges::any_of(lease_heard_, [this](auto& each) {
    return each.second > last_renewal_ && now() - each.second < environment_->lease;
  });
  if (others_hear_it)
    cut_off("other nodes reach the store, and this one does not");
  else if (links_.empty())
    cut_off("neither the store nor any other node is reached");
}

void membership_state::on_lease_alive(const lease_alive& sign) {
  if (links_.contains(sign.id))
    lease_heard_[sign.id] = now();
}

void membership_state::cut_off(const char* reason) {
  if (state_ == state::cut_off || state_ == state::draining)
    return;
  spdlog::warn("cluster: cut off: {}; all clients are sent away", reason);
  state_ = state::cut_off;
  if (placed_.number != 0) {
    placed_ = {};
    self_->send(environment_->directory, placed_);
  }
  environment_->send_clients_away();
}

// -- who serves what ------------------------------------------------------------------------------

void membership_state::place() {
  const auto active = active_nodes(view_);
  auto* own = view_.find(environment_->id);
  const bool takes_part =
      std::ranges::find(active, environment_->id, &ps::node_record::id) != active.end();
  if (own && !takes_part)
    return cut_off("other nodes are not reached");
  view_changed next;
  if (takes_part) {
    next.number = view_.number;
    for (auto& each : active)
      if (has_role(each.roles, "worker"))
        next.workers.push_back({each.id, each.draining});
    if (state_ != state::draining && !own->roles.empty()) {
      if (state_ != state::active)
        spdlog::info("cluster view {}: this node takes part", view_.number);
      state_ = own->draining ? state::draining : state::active;
    }
  }
  if (next.number == placed_.number)
    return;
  placed_ = std::move(next);
  self_->send(environment_->directory, placed_);
}

/// A new node gets rooms only when it is reached by those who use them.
void membership_state::take_roles_when_linked() {
  if (has_roles_)
    return;
  if (links_are_complete()) {
    has_roles_ = true;
    environment_->lease_holder->set_roles(environment_->roles);
  }
}

bool membership_state::links_are_complete() const {
  return std::ranges::all_of(view_.nodes, [this](auto& each) {
    return each.id == environment_->id || links_.contains(each.id) || each.roles.empty();
  });
}

// -- the links ------------------------------------------------------------------------------------

void membership_state::connect_missing() {
  for (auto& each : view_.nodes) {
    if (each.id == environment_->id || links_.contains(each.id) || dialing_.contains(each.id))
      continue;
    const bool connect = environment_->id < each.id;
    const bool suspected = broken_.contains(each.id);
    if (!connect && !suspected)
      continue;
    dialing_.insert(each.id);
    environment_->dial(each, connect, self_);
  }
}

void membership_state::on_dialed(const dial_report& report) {
  dialing_.erase(report.id);
  auto* node = view_.find(report.id);
  if (!node || links_.contains(report.id))
    return;
  if (report.result == dial_report::outcome::connected)
    return say_hello(report.id, report.peer);
  if (report.result == dial_report::outcome::too_slow)
    return connect_missing();
  auto broken = broken_.find(report.id);
  const bool same_process =
      broken != broken_.end() && broken->second == report.epoch && node->epoch == report.epoch;
  if (report.result == dial_report::outcome::refused && same_process) {
    broken_.erase(broken);
    environment_->lease_holder->expel(report.id, report.epoch);
  }
}

void membership_state::say_hello(const std::string& id, const membership_actor& peer) {
  dialing_.insert(id);
  // CAF answers nothing when the link breaks meanwhile.
  self_->monitor(peer);
  greeted_[peer.address()] = id;
  self_
      ->request(
          peer, environment_->lease,
          node_hello{
              environment_->id, environment_->cluster, node_protocol::oldest, node_protocol::newest,
              self_, environment_->directory})
      .then(
          [this, id, peer](const node_welcome& answer) {
            forget_greeting(peer, id);
            if (!answer.refusal.empty())
              spdlog::error("cluster: node {} refuses the link: {}", id, answer.refusal);
            else if (answer.id != id)
              spdlog::error("cluster: node {} was called, and node {} answers", id, answer.id);
            else
              add_link(id, {peer, answer.directory});
          },
          [this, id, peer](const caf::error&) { forget_greeting(peer, id); });
}

void membership_state::forget_greeting(const membership_actor& peer, const std::string& id) {
  if (greeted_.erase(peer.address()) == 0)
    return;
  self_->demonitor(peer.address());
  dialing_.erase(id);
}

std::optional<std::string> membership_state::refusal_of(const node_hello& hello) const {
  if (hello.cluster != environment_->cluster)
    return "this is the cluster " + environment_->cluster + " (redis.prefix), not " + hello.cluster;
  if (hello.id == environment_->id)
    return "both nodes have the node.id " + hello.id;
  if (hello.newest_protocol < node_protocol::oldest ||
      hello.oldest_protocol > node_protocol::newest)
    return "node " + environment_->id + " speaks the node protocol " +
           std::to_string(node_protocol::oldest) + " to " + std::to_string(node_protocol::newest) +
           ", node " + hello.id + " speaks " + std::to_string(hello.oldest_protocol) + " to " +
           std::to_string(hello.newest_protocol) + "; upgrade one version at a time";
  return std::nullopt;
}

caf::result<node_welcome> membership_state::welcome(const node_hello& hello) {
  node_welcome answer;
  answer.id = environment_->id;
  if (auto refusal = refusal_of(hello)) {
    spdlog::error("cluster: a link is refused: {}", *refusal);
    answer.refusal = *refusal;
    return answer;
  }
  if (auto linked = links_.find(hello.id);
      linked != links_.end() && linked->second.membership == hello.membership) {
    // It calls because it has lost the link, and with it what was under way, and all that it knew
    // of us. CAF has put the new connection in the place of the old one and tells nobody here.
    spdlog::info("cluster: node {} has lost the link and calls again", hello.id);
    // The answer first: it can't go out any more when CAF has forgotten whom it is for.
    auto promise = self_->make_response_promise<node_welcome>();
    promise.deliver(make_error(protocol::error_code::room_unavailable));
    environment_->forget_actors(hello.membership);
    return promise;
  }
  answer.protocol = std::min(hello.newest_protocol, node_protocol::newest);
  answer.directory = environment_->directory;
  add_link(hello.id, {hello.membership, hello.directory});
  return answer;
}

void membership_state::add_link(const std::string& id, link made) {
  if (auto old = links_.find(id); old != links_.end()) {
    self_->demonitor(old->second.membership.address());
    link_ids_.erase(old->second.membership.address());
    self_->send(environment_->directory, peer_lost{id});
  }
  spdlog::info("cluster: linked to node {}", id);
  self_->monitor(made.membership);
  link_ids_[made.membership.address()] = id;
  self_->send(environment_->directory, peer_found{id, made.directory});
  links_[id] = std::move(made);
  broken_.erase(id);
  missing_since_.erase(id);
  report_unreachable();
  if (!has_roles_ && state_ == state::starting)
    environment_->lease_holder->hurry();
  publish();
}

void membership_state::on_down(const caf::down_msg& down) {
  if (auto greeted = greeted_.extract(down.source)) {
    dialing_.erase(greeted.mapped());
    return connect_missing();
  }
  auto found = link_ids_.find(down.source);
  if (found == link_ids_.end())
    return;
  const auto id = std::move(found->second);
  link_ids_.erase(found);
  links_.erase(id);
  lease_heard_.erase(id);
  self_->send(environment_->directory, peer_lost{id});
  auto* node = view_.find(id);
  spdlog::info("cluster: the link to node {} is lost: {}", id, caf::to_string(down.reason));
  if (node) {
    broken_[id] = node->epoch;
    connect_missing();
  }
  publish();
}

void membership_state::report_unreachable() {
  std::vector<std::string> unreachable;
  std::erase_if(missing_since_, [this](auto& each) { return !view_.find(each.first); });
  auto* own = view_.find(environment_->id);
  for (auto& each : view_.nodes) {
    if (each.id == environment_->id || links_.contains(each.id))
      continue;
    const auto since = missing_since_.try_emplace(each.id, now()).first->second;
    if (own && need_link(*own, each) && now() - since > environment_->lease &&
        unreachable.size() < ps::most_unreachable)
      unreachable.push_back(each.id);
  }
  environment_->lease_holder->set_unreachable(std::move(unreachable));
}

void membership_state::publish() {
  cluster_board::content content{environment_->id, state_, view_, {}};
  for (auto& [id, link] : links_)
    content.linked.push_back(id);
  std::ranges::sort(content.linked);
  environment_->board->set(std::move(content));
  auto& counters = *environment_->counters;
  counters.cluster_nodes.Set(static_cast<double>(view_.nodes.size()));
  counters.cluster_links.Set(static_cast<double>(links_.size()));
  counters.cluster_view.Set(static_cast<double>(view_.number));
  environment_->lease_holder->set_load(
      static_cast<std::int64_t>(counters.rooms.Value()),
      static_cast<std::int64_t>(counters.users.Value()),
      static_cast<std::int64_t>(counters.sessions.Value()));
}

} // namespace klatsch
