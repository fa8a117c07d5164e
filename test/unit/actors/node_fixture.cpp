#include "test/unit/actors/node_fixture.hpp"

#include <utility>

#include "actors/actor_from_state.hpp"
#include "actors/directory.hpp"
#include "actors/relay.hpp"
#include "actors/session_state.hpp"
#include "actors/token.hpp"

namespace klatsch {

node_fixture::node_fixture() {
  start_randomness();
  backend = persistence::make_sqlite_store({":memory:"});
  store = spawn_direct_store(sys, backend.get(), &faults);
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

node_fixture::~node_fixture() {
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

void node_fixture::make_room(const std::string& room) {
  const persistence::store_request group[] = {persistence::create_room{room, "A Room", 1}};
  backend->execute(group);
}

node_fixture::client node_fixture::connect(client_identity identity) {
  client one;
  one.session =
      spawn_state<session_state>(sys, &sessions, &table, one.connection, std::move(identity));
  clients.push_back(caf::actor_cast<caf::actor>(one.session));
  run();
  return one;
}

node_fixture::client node_fixture::open(const std::string& params, client_identity identity) {
  return open_session_of(connect(std::move(identity)), params);
}

template <class Handle, class Resolve>
Handle node_fixture::resolve(Resolve request) {
  Handle handle;
  auto response = self->request(model.directory, std::chrono::seconds{1}, std::move(request));
  run();
  response.receive(
      [&](const Handle& found) { handle = found; },
      [](const caf::error&) { CAF_FAIL("it is not found"); });
  return handle;
}

room_actor node_fixture::room(const std::string& id) {
  return resolve<room_actor>(resolve_room{id});
}

user_actor node_fixture::user(const std::string& id) {
  return resolve<user_actor>(resolve_user{id});
}

void node_fixture::kill_room(const std::string& id) {
  caf::anon_send_exit(room(id), caf::exit_reason::kill);
  run();
}

void node_fixture::let_go() {
  faults.hold = nullptr;
  self->send(store, store_completions{});
  run();
}

void node_fixture::fail_newest_held() {
  auto others = std::exchange(faults.held, {faults.held.back()});
  others.pop_back();
  faults.down = true;
  self->send(store, store_completions{});
  run();
  faults.down = false;
  faults.held = std::move(others);
}

} // namespace klatsch
