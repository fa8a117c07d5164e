#pragma once

#include <memory>
#include <string>

#include "net/connection_context.hpp"
#include "net/event_loop.hpp"
#include "net/tcp_socket.hpp"

namespace klatsch::net {

/// Takes over an accepted socket: answers HTTP requests on it, and hands it to a WebSocket
/// connection when one asks for that. On the loop's thread; the connection owns itself.
void start_http_connection(
    std::shared_ptr<event_loop> loop,
    tcp_socket socket,
    connection_slots::slot slot,
    const connection_context& context);

} // namespace klatsch::net
