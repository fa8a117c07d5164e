#include "test/unit/actors/node_fixture.hpp"

#include <utility>

#include "actors/token.hpp"

namespace klatsch {

node_fixture::node_fixture() {
  start_randomness();
  backend = persistence::make_sqlite_store({":memory:"});
  start(sys, *backend);
  for (auto* room : {"room", "beach"})
    make_room(room);
  run();
}

node_fixture::~node_fixture() {
  for (auto& each : clients)
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  stop_rooms_and_users();
  run();
  end_parts();
  run();
  forget_parts();
}

void node_fixture::make_room(const std::string& room) {
  const persistence::store_request group[] = {persistence::create_room{room, "A Room", 1}};
  backend->execute(group);
}

node_fixture::client node_fixture::connect(client_identity identity) {
  client one;
  one.session = spawn_session(sys, one.connection, std::move(identity));
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
