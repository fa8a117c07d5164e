#include "net/cluster_member.hpp"

#include <utility>

#include <caf/node_id.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/actor_from_state.hpp"
#include "net/cluster_report.hpp"

namespace klatsch::net {

namespace ps = persistence;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds pause_to_join{250};

/// It joins without roles, and takes them when it is linked.
ps::node_record without_roles(ps::node_record record) {
  record.roles.clear();
  return record;
}

} // namespace

cluster_member::cluster_member(options given, std::unique_ptr<ps::lease_table> table)
    : options_(std::move(given)),
      keeper_(std::move(table), without_roles(options_.self), options_.lease) {
  board_.set({options_.self.id, cluster_board::state::starting, {}, {}});
}

cluster_member::~cluster_member() {
  stop();
}

cluster_member::join_result cluster_member::join(const std::function<bool(milliseconds)>& pause) {
  // An earlier process that was killed has a lease that runs out; one that lives renews it.
  auto patience = 2 * options_.lease;
  for (bool first = true;; first = false) {
    const auto answer = keeper_.acquire();
    if (std::holds_alternative<ps::cluster_view>(answer))
      return join_result::joined;
    const bool taken = std::get<ps::lease_error>(answer) == ps::lease_error::taken;
    if (first)
      spdlog::info(
          "cluster: waiting for {}", taken ? "the lease of an earlier process of this node to end"
                                           : "the store, which gives this node its lease");
    if (taken && (patience -= pause_to_join) <= milliseconds{0})
      return join_result::taken;
    if (!pause(pause_to_join))
      return join_result::interrupted;
  }
}

void cluster_member::distinguish_process(const caf::actor_system_config& config) const {
  constexpr std::int64_t values_of_the_counter = 256;
  for (auto times = keeper_.epoch() % values_of_the_counter; times > 0; --times)
    caf::node_id::default_data::local(config);
}

void cluster_member::start(
    caf::actor_system& system,
    const directory_actor& directory,
    metrics& counters,
    std::function<void()> send_clients_away) {
  transport_ = std::make_unique<node_transport>(system, options_.transport);
  environment_.id = options_.self.id;
  environment_.cluster = options_.cluster;
  environment_.roles = options_.self.roles;
  environment_.lease = options_.lease;
  environment_.directory = directory;
  environment_.lease_holder = &keeper_;
  environment_.board = &board_;
  environment_.counters = &counters;
  environment_.dial =
      [this](const ps::node_record& node, bool connect, const membership_actor& receiver) {
        transport_->dial(node, connect, receiver);
      };
  environment_.forget_actors = [this](const membership_actor& of) {
    transport_->forget_actors(of);
  };
  environment_.send_clients_away = std::move(send_clients_away);
  membership_ = spawn_state<membership_state>(
      system, static_cast<const membership_environment*>(&environment_));
  transport_->publish(membership_);
  keeper_.start([membership = membership_](ps::lease_view view) {
    caf::anon_send(membership, lease_report{std::move(view)});
  });
}

void cluster_member::drain() {
  keeper_.drain();
}

void cluster_member::stop() {
  keeper_.stop();
  if (transport_)
    transport_->stop();
  if (auto membership = caf::actor_cast<caf::actor>(std::exchange(membership_, nullptr))) {
    // It uses this object, and what the callbacks refer to, until it has ended.
    caf::scoped_actor self{membership.home_system()};
    self->send_exit(membership, caf::exit_reason::user_shutdown);
    self->wait_for(membership);
  }
  environment_.directory = nullptr;
}

std::optional<std::string> cluster_member::why_not_ready() const {
  switch (board_.get().where) {
  case cluster_board::state::alone:
  case cluster_board::state::active:
    return std::nullopt;
  case cluster_board::state::starting:
    return "this node joins the cluster";
  case cluster_board::state::cut_off:
    return "this node is cut off from the cluster";
  case cluster_board::state::draining:
    return "stopping";
  }
  return std::nullopt;
}

std::optional<std::string> cluster_member::why_no_sessions() const {
  if (board_.get().where == cluster_board::state::cut_off)
    return "This node is cut off from the others; try another one.";
  return std::nullopt;
}

std::string cluster_member::report() const {
  return cluster_report(board_.get());
}

} // namespace klatsch::net
