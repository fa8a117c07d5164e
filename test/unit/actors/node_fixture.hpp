#pragma once

#include <memory>
#include <string>
#include <utility>

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

/// A whole node on CAF's deterministic scheduler: a real SQLite store in memory, the directory, the
/// relay, one hub, and as many clients as a test wants.
class node_fixture : public client_fixture {
 public:
  node_fixture() {
    start_randomness();
    backend = persistence::make_sqlite_store({":memory:"});
    store = spawn_state<direct_store_state>(sys, backend.get(), &faults);
    model.store = store;
    model.counters = &counters;
    model.directory = spawn_state<directory_state>(sys, &model);
    sessions.options.rate = 0;
    sessions.store = store;
    sessions.directory = model.directory;
    sessions.relay = spawn_state<relay_state>(sys);
    sessions.counters = &counters;
    hub_handle = sys.spawn(hub, &table);
    self->send(sessions.relay, hub_handle);
    for (auto* room : {"room", "beach"})
      make_room(room);
    run();
  }

  ~node_fixture() {
    for (auto& each : clients)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    self->send(model.directory, stop_directory{});
    run();
    for (auto& each :
         {caf::actor_cast<caf::actor>(model.directory), caf::actor_cast<caf::actor>(sessions.relay),
          caf::actor_cast<caf::actor>(hub_handle), caf::actor_cast<caf::actor>(store)})
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    run();
    // The environments hold handles of actors that hold nothing of ours any more.
    model.store = nullptr;
    model.directory = nullptr;
    sessions = {};
  }

  void make_room(const std::string& room) {
    const persistence::store_request group[] = {persistence::create_room{room, "A Room", 1}};
    backend->execute(group);
  }

  client connect(client_identity identity = {}) {
    client one;
    one.session =
        spawn_state<session_state>(sys, &sessions, &table, one.connection, std::move(identity));
    clients.push_back(caf::actor_cast<caf::actor>(one.session));
    run();
    return one;
  }

  /// Connects and opens; `params` such as R"({"name":"Ann"})".
  client open(const std::string& params = "{}", client_identity identity = {}) {
    return open_session_of(connect(std::move(identity)), params);
  }

  room_actor room(const std::string& id) { return resolve<room_actor>(resolve_room{id}); }

  user_actor user(const std::string& id) { return resolve<user_actor>(resolve_user{id}); }

  /// The room's actor dies at once.
  void kill_room(const std::string& id) {
    caf::anon_send_exit(room(id), caf::exit_reason::kill);
    run();
  }

  /// From now on requests of this type, for which `matches`, wait in the store.
  template <class Request, class Predicate>
  void hold(Predicate matches) {
    faults.hold = [=](const persistence::store_request& request) {
      auto* one = std::get_if<Request>(&request);
      return one && matches(*one);
    };
  }

  void let_go() {
    faults.hold = nullptr;
    self->send(store, store_completions{});
    run();
  }

  /// Has the newest of the requests that wait fail; the others wait on.
  void fail_newest_held() {
    auto others = std::exchange(faults.held, {faults.held.back()});
    others.pop_back();
    faults.down = true;
    self->send(store, store_completions{});
    run();
    faults.down = false;
    faults.held = std::move(others);
  }

  template <class Handle, class Resolve>
  Handle resolve(Resolve request) {
    Handle handle;
    auto response = self->request(model.directory, std::chrono::seconds{1}, std::move(request));
    run();
    response.receive(
        [&](const Handle& found) { handle = found; },
        [](const caf::error&) { CAF_FAIL("it is not found"); });
    return handle;
  }

  metrics counters;
  store_faults faults;
  std::unique_ptr<persistence::store> backend;
  store_actor store;
  model_environment model;
  session_environment sessions;
  hub_table table{counters, 8};
  hub_actor hub_handle;
};

} // namespace klatsch
