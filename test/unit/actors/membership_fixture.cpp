#include "test/unit/actors/membership_fixture.hpp"

#include "actors/actor_from_state.hpp"
#include "actors/token.hpp"

namespace klatsch {

membership_fixture::membership_fixture() {
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
  membership =
      spawn_state<membership_state>(sys, static_cast<const membership_environment*>(&environment));
  run();
}

membership_fixture::~membership_fixture() {
  for (auto& each : others)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(membership, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(environment.directory, caf::exit_reason::user_shutdown);
  run();
  environment.directory = nullptr;
  forgotten.clear();
}

directory_actor membership_fixture::spawn_directory(std::vector<view_changed>& into) {
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

membership_actor membership_fixture::spawn_peer(const std::string& id, const std::string& refusal) {
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

} // namespace klatsch
