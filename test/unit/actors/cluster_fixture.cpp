#include "test/unit/actors/cluster_fixture.hpp"

#include <utility>

#include "actors/error.hpp"
#include "actors/token.hpp"

namespace klatsch {

cluster_fixture::cluster_fixture() {
  start_randomness();
  backend = persistence::make_sqlite_store({":memory:"});
  for (auto* id : {"a", "b", "c"})
    add_node(id);
  for (auto& [id, node] : nodes)
    for (auto& [other, peer] : nodes)
      if (id != other)
        self->send(node->model.directory, peer_found{other, peer->model.directory});
  for (auto* room : {"room", "beach"}) {
    const persistence::store_request group[] = {persistence::create_room{room, "A Room", 1}};
    backend->execute(group);
  }
  run();
}

cluster_fixture::~cluster_fixture() {
  for (auto& each : clients)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  run();
  for (auto& [id, node] : nodes)
    node->stop_rooms_and_users();
  run();
  for (auto& [id, node] : nodes)
    node->end_parts();
  run();
  for (auto& [id, node] : nodes)
    node->forget_parts();
}

void cluster_fixture::add_node(const std::string& id) {
  auto made = std::make_unique<test_node>();
  made->model.options.node_id = id;
  made->model.options.clustered = true;
  made->model.options.presence_interval = std::chrono::milliseconds{20};
  made->start(sys, *backend);
  nodes.emplace(id, std::move(made));
}

void cluster_fixture::wait(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds step{50};
  for (; time > step; time -= step) {
    sched.advance_time(step);
    run();
  }
  sched.advance_time(time);
  run();
}

void cluster_fixture::tell_view(
    const std::vector<std::string>& who,
    std::int64_t number,
    const std::vector<placed_node>& workers) {
  for (auto& id : who)
    self->send(nodes.at(id)->model.directory, view_changed{number, workers});
  run();
}

std::vector<placed_node> cluster_fixture::placed(const std::vector<std::string>& workers) {
  std::vector<placed_node> result;
  for (auto& id : workers)
    result.push_back({id, false});
  return result;
}

void cluster_fixture::send_view(std::int64_t number, const std::vector<std::string>& workers) {
  for (auto& [id, node] : nodes)
    self->send(node->model.directory, view_changed{number, placed(workers)});
}

cluster_fixture::client cluster_fixture::connect(const std::string& node) {
  auto one = spawn_session(node);
  run();
  return one;
}

cluster_fixture::client cluster_fixture::spawn_session(const std::string& node) {
  client one;
  one.session = nodes.at(node)->spawn_session(sys, one.connection, {});
  clients.push_back(caf::actor_cast<caf::actor>(one.session));
  return one;
}

template <class Handle, class Resolve>
Handle cluster_fixture::resolve(const std::string& from, Resolve request) {
  auto response = self->request(nodes.at(from)->model.directory, caf::infinite, request);
  run();
  Handle found;
  response.receive(
      [&](const Handle& handle) { found = handle; },
      [&](const caf::error& error) { last_error = code_of(error); });
  return found;
}

template room_actor cluster_fixture::resolve(const std::string& from, resolve_room request);
template room_actor cluster_fixture::resolve(const std::string& from, host_room request);
template user_actor cluster_fixture::resolve(const std::string& from, resolve_user request);

} // namespace klatsch
