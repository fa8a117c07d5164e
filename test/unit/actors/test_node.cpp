#include "test/unit/actors/test_node.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/actor_from_state.hpp"
#include "actors/directory.hpp"
#include "actors/relay.hpp"
#include "actors/session_state.hpp"

namespace klatsch {

void test_node::start(caf::actor_system& system, persistence::store& backend) {
  store = spawn_direct_store(system, &backend, &faults);
  model.store = store;
  model.counters = &counters;
  model.directory =
      spawn_state<directory_state>(system, static_cast<const model_environment*>(&model));
  sessions.options.rate = 0;
  sessions.store = store;
  sessions.directory = model.directory;
  sessions.relay = spawn_state<relay_state>(system);
  sessions.counters = &counters;
  hub_handle = system.spawn(hub, &table);
  caf::anon_send(sessions.relay, hub_handle);
}

session_actor test_node::spawn_session(
    caf::actor_system& system, std::shared_ptr<recorder> connection, client_identity identity) {
  return spawn_state<session_state>(
      system, &sessions, &table, std::move(connection), std::move(identity));
}

void test_node::stop_rooms_and_users() {
  caf::anon_send(model.directory, stop_directory{});
}

void test_node::end_parts() {
  for (auto& each :
       {caf::actor_cast<caf::actor>(model.directory), caf::actor_cast<caf::actor>(sessions.relay),
        caf::actor_cast<caf::actor>(hub_handle), caf::actor_cast<caf::actor>(store)})
    caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
}

void test_node::forget_parts() {
  model.store = nullptr;
  model.directory = nullptr;
  sessions = {};
}

} // namespace klatsch
