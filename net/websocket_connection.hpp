#pragma once

#include <memory>

#include "net/connection_context.hpp"
#include "net/event_loop.hpp"
#include "net/http_request.hpp"
#include "net/tcp_socket.hpp"

namespace klatsch::net {

/// Answers the handshake `request` on a non-blocking socket, and runs a session on it. On the
/// loop's thread; the connection and its session own each other until one of them ends.
void start_websocket_connection(
    std::shared_ptr<event_loop> loop,
    tcp_socket socket,
    connection_slots::slot slot,
    const connection_context& context,
    const http_request& request,
    upgrade&& wanted);

} // namespace klatsch::net
