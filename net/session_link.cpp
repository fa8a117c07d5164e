#include "net/session_link.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/session_state.hpp"
#include "net/asio_actor.hpp"

namespace klatsch::net {

session_link::session_link(
    event_loop& loop,
    const session_environment& environment,
    connection_ptr output,
    client_identity client)
    : session_(caf::actor_cast<caf::strong_actor_ptr>(spawn_state_on<session_state>(
          loop, &environment, &loop.subscriptions(), std::move(output), std::move(client)))) {}

bool session_link::ended() const {
  return session_ && session_->get()->getf(caf::abstract_actor::is_terminated_flag);
}

bool session_link::deliver(std::shared_ptr<const std::string> message) const {
  if (!session_ || ended())
    return false;
  caf::anon_send(caf::actor_cast<session_actor>(session_), inbound{std::move(message)});
  return true;
}

void session_link::check_opened() const {
  if (session_)
    caf::anon_send(caf::actor_cast<session_actor>(session_), open_deadline{});
}

void session_link::end() {
  if (auto session = std::exchange(session_, nullptr))
    caf::anon_send(caf::actor_cast<session_actor>(session), disconnected{});
}

std::chrono::milliseconds time_to_open(const session_environment& environment) {
  return environment.options.open_timeout;
}

caf::strong_actor_ptr start_hub(event_loop& loop, const session_environment& environment) {
  const auto hub = spawn_on<hub_actor>(loop, &klatsch::hub, &loop.subscriptions());
  caf::anon_send(environment.relay, hub);
  return caf::actor_cast<caf::strong_actor_ptr>(hub);
}

} // namespace klatsch::net
