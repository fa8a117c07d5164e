#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/test/dsl.hpp>

#include "actors/actor_from_state.hpp"
#include "actors/directory.hpp"
#include "actors/relay.hpp"
#include "actors/session_state.hpp"
#include "actors/token.hpp"
#include "persistence/store.hpp"
#include "test/unit/actors/client_fixture.hpp"
#include "test/unit/actors/direct_store.hpp"

namespace klatsch {

/// One node of several that share a store, all in one actor system: the directory, the relay, one
/// hub. What a link is in a cluster is here a directory that knows another one.
struct test_node {
  std::string id;
  metrics counters;
  store_faults faults;
  store_actor store;
  model_environment model;
  session_environment sessions;
  std::unique_ptr<hub_table> table = std::make_unique<hub_table>(counters, 8);
  hub_actor hub_handle;
};

/// Nodes "a", "b" and "c" on CAF's deterministic scheduler, with one real SQLite store in memory.
class cluster_fixture : public client_fixture {
 public:
  cluster_fixture() {
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

  ~cluster_fixture() {
    for (auto& each : clients)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    run();
    for (auto& [id, node] : nodes)
      self->send(node->model.directory, stop_directory{});
    run();
    for (auto& [id, node] : nodes)
      for (auto& each :
           {caf::actor_cast<caf::actor>(node->model.directory),
            caf::actor_cast<caf::actor>(node->sessions.relay),
            caf::actor_cast<caf::actor>(node->hub_handle),
            caf::actor_cast<caf::actor>(node->store)})
        caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    run();
    for (auto& [id, node] : nodes) {
      node->model.store = nullptr;
      node->model.directory = nullptr;
      node->sessions = {};
    }
  }

  /// Lets time pass in steps, so that timers that set the next ones run too.
  void wait(std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds step{50};
    for (; time > step; time -= step) {
      sched.advance_time(step);
      run();
    }
    sched.advance_time(time);
    run();
  }

  /// These nodes know the view with these workers.
  void tell_view(
      const std::vector<std::string>& who,
      std::int64_t number,
      const std::vector<placed_node>& workers) {
    for (auto& id : who)
      self->send(nodes.at(id)->model.directory, view_changed{number, workers});
    run();
  }

  /// None of them drains.
  static std::vector<placed_node> placed(const std::vector<std::string>& workers) {
    std::vector<placed_node> result;
    for (auto& id : workers)
      result.push_back({id, false});
    return result;
  }

  /// All nodes are told of the view, and have not heard of it yet.
  void send_view(std::int64_t number, const std::vector<std::string>& workers) {
    for (auto& [id, node] : nodes)
      self->send(node->model.directory, view_changed{number, placed(workers)});
  }

  /// All nodes know the view.
  void set_view(std::int64_t number, const std::vector<std::string>& workers) {
    send_view(number, workers);
    run();
  }

  client open(const std::string& node, const std::string& params = "{}") {
    return open_session_of(connect(node), params);
  }

  client connect(const std::string& node) {
    auto one = spawn_session(node);
    run();
    return one;
  }

  client spawn_session(const std::string& node) {
    client one;
    auto& at = *nodes.at(node);
    one.session = spawn_state<session_state>(
        sys, &at.sessions, at.table.get(), one.connection, client_identity{});
    clients.push_back(caf::actor_cast<caf::actor>(one.session));
    return one;
  }

  std::vector<std::string> private_texts(const client& of) {
    return of.connection->take("private", "text");
  }

  /// The node on which the room's or user's actor lives, asked from another one.
  template <class Handle, class Resolve>
  Handle resolve(const std::string& from, Resolve request) {
    auto response = self->request(nodes.at(from)->model.directory, caf::infinite, request);
    run();
    Handle found;
    response.receive(
        [&](const Handle& handle) { found = handle; },
        [&](const caf::error& error) { last_error = code_of(error); });
    return found;
  }

  /// The process of a node dies with all rooms and users, as the others notice it.
  template <class Handle>
  void kill(const Handle& actor) {
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    run();
  }

  std::unique_ptr<persistence::store> backend;
  std::map<std::string, std::unique_ptr<test_node>> nodes;
  protocol::error_code last_error = protocol::error_code::internal_error;

 private:
  void add_node(const std::string& id) {
    auto made = std::make_unique<test_node>();
    made->id = id;
    made->store = spawn_state<direct_store_state>(sys, backend.get(), &made->faults);
    made->model.store = made->store;
    made->model.counters = &made->counters;
    made->model.options.node_id = id;
    made->model.options.clustered = true;
    made->model.options.presence_interval = std::chrono::milliseconds{20};
    made->model.directory =
        spawn_state<directory_state>(sys, static_cast<const model_environment*>(&made->model));
    made->sessions.options.rate = 0;
    made->sessions.store = made->store;
    made->sessions.directory = made->model.directory;
    made->sessions.relay = spawn_state<relay_state>(sys);
    made->sessions.counters = &made->counters;
    made->hub_handle = sys.spawn(hub, made->table.get());
    self->send(made->sessions.relay, made->hub_handle);
    nodes.emplace(id, std::move(made));
  }
};

} // namespace klatsch
