#pragma once

#include <string>
#include <utility>
#include <vector>

#include <caf/test/dsl.hpp>

#include "actors/actor_from_state.hpp"
#include "actors/error.hpp"
#include "actors/membership.hpp"
#include "actors/token.hpp"
#include "test/unit/actors/client_fixture.hpp"

namespace klatsch {

/// Notes what the membership actor wants told to the store.
class recorded_lease final : public lease_control {
 public:
  void set_load(std::int64_t, std::int64_t, std::int64_t) override {}
  void set_unreachable(std::vector<std::string> nodes) override { unreachable = std::move(nodes); }
  void set_roles(std::vector<std::string> given) override { roles = std::move(given); }
  void hurry() override { ++hurries; }
  void expel(std::string id, std::int64_t epoch) override { expelled.emplace_back(id, epoch); }

  std::vector<std::string> unreachable;
  std::vector<std::string> roles;
  std::vector<std::pair<std::string, std::int64_t>> expelled;
  int hurries = 0;
};

/// The membership actor of node "b" with everything around it played by the test: the store, the
/// transport, the other nodes "a" and "c".
class membership_fixture : public test_coordinator_fixture<test_config> {
 public:
  membership_fixture() {
    start_randomness();
    environment.id = "b";
    environment.cluster = "klatsch";
    environment.roles = {"web", "ws", "worker"};
    environment.lease = std::chrono::milliseconds{2000};
    environment.lease_holder = &lease;
    environment.board = &board;
    environment.counters = &counters;
    environment.directory = spawn_directory(views);
    environment.dial =
        [this](const persistence::node_record& node, bool connect, const membership_actor&) {
          dialed.emplace_back(node.id, connect);
        };
    environment.forget_actors = [this](const membership_actor& of) { forgotten.push_back(of); };
    environment.send_clients_away = [this] { ++sent_away; };
    membership = spawn_state<membership_state>(
        sys, static_cast<const membership_environment*>(&environment));
    run();
  }

  ~membership_fixture() {
    for (auto& each : others)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(membership, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(environment.directory, caf::exit_reason::user_shutdown);
    run();
    environment.directory = nullptr;
    forgotten.clear();
  }

  void run() { consume_messages(); }

  /// Records the views that it is given, and forgets all else.
  directory_actor spawn_directory(std::vector<view_changed>& into) {
    auto behave = [&into](directory_actor::pointer) -> directory_actor::behavior_type {
      const auto nothing = make_error(protocol::error_code::room_unavailable);
      return {
          [nothing](const resolve_room&) -> caf::result<room_actor> { return nothing; },
          [nothing](const resolve_user&) -> caf::result<user_actor> { return nothing; },
          [](const room_online&) {},
          [](const list_online&) { return std::vector<room_online>{}; },
          [](const release_room&) { return succeeded{}; },
          [](const release_user&) { return succeeded{}; },
          [nothing](const host_room&) -> caf::result<room_actor> { return nothing; },
          [nothing](const host_user&) -> caf::result<user_actor> { return nothing; },
          [](const give_up_room&) { return succeeded{}; },
          [](const give_up_user&) { return succeeded{}; },
          [&into](const view_changed& view) { into.push_back(view); },
          [](const peer_found&) {},
          [](const peer_lost&) {},
          [](const await_empty&) { return succeeded{}; },
          [](const stop_directory&) { return succeeded{}; },
      };
    };
    return sys.spawn(behave);
  }

  /// Another node, which welcomes whoever says hello.
  membership_actor spawn_peer(const std::string& id, const std::string& refusal = {}) {
    auto behave = [=, this](membership_actor::pointer) -> membership_actor::behavior_type {
      return {
          [=, this](const node_hello&) {
            return node_welcome{id, node_protocol::newest, refusal, environment.directory};
          },
          [](const lease_alive&) {},
          [](const lease_report&) {},
          [](const dial_report&) {},
      };
    };
    membership_actor peer = sys.spawn(behave);
    others.push_back(caf::actor_cast<caf::actor>(peer));
    return peer;
  }

  static persistence::node_record
  record(std::string id, std::int64_t epoch = 1, std::vector<std::string> unreachable = {}) {
    persistence::node_record made;
    made.id = std::move(id);
    made.epoch = epoch;
    made.roles = {"web", "ws", "worker"};
    made.unreachable = std::move(unreachable);
    return made;
  }

  /// The store's answer to a renewal.
  void renewed(std::int64_t number, std::vector<persistence::node_record> nodes) {
    caf::anon_send(membership, lease_report{persistence::cluster_view{number, std::move(nodes)}});
    run();
  }

  void failed(persistence::lease_error error) {
    caf::anon_send(membership, lease_report{error});
    run();
  }

  void dial_ended(
      const std::string& id,
      dial_report::outcome result,
      const membership_actor& peer = membership_actor{},
      std::int64_t epoch = 1) {
    caf::anon_send(membership, dial_report{id, epoch, result, peer});
    run();
  }

  /// What the last view given to the directory says: "7: a b".
  std::string placed() const {
    if (views.empty())
      return "none";
    auto text = std::to_string(views.back().number) + ":";
    for (auto& each : views.back().workers)
      text += " " + each.id + (each.draining ? "(draining)" : "");
    return text;
  }

  std::string state() const { return std::string{name_of(board.get().where)}; }

  void wait(int time_ms) {
    sched.advance_time(std::chrono::milliseconds{time_ms});
    run();
  }

  metrics counters;
  recorded_lease lease;
  cluster_board board;
  membership_environment environment;
  membership_actor membership;
  std::vector<view_changed> views;
  std::vector<std::pair<std::string, bool>> dialed;
  std::vector<caf::actor> others;
  std::vector<membership_actor> forgotten;
  int sent_away = 0;
};

} // namespace klatsch
