#include "net/session_spawner.hpp"

#include "net/asio_actor.hpp"

namespace klatsch::net {

session_actor spawn_session(
    event_loop& loop,
    const session_environment& environment,
    connection_ptr output,
    client_identity client) {
  return spawn_on<session_actor>(
      loop, &klatsch::session, &environment, &loop.subscriptions(), std::move(output),
      std::move(client));
}

hub_actor spawn_hub(event_loop& loop) {
  return spawn_on<hub_actor>(loop, &klatsch::hub, &loop.subscriptions());
}

} // namespace klatsch::net
