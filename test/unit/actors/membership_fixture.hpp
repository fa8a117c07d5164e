#pragma once

#include <string>
#include <utility>
#include <vector>

#include <caf/test/dsl.hpp>

#include "actors/error.hpp"
#include "actors/membership.hpp"
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
  membership_fixture();
  ~membership_fixture() override;

  void run() { consume_messages(); }

  /// Records the views that it is given, and forgets all else.
  directory_actor spawn_directory(std::vector<view_changed>& into);

  /// Another node, which welcomes whoever says hello.
  membership_actor spawn_peer(const std::string& id, const std::string& refusal = {});

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
