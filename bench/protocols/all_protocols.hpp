#pragma once

#include <memory>

#include "bench/peer_protocol.hpp"

namespace klatsch::bench {

std::unique_ptr<peer_protocol> make_klatsch_json();
std::unique_ptr<peer_protocol> make_klatsch_msgpack();
std::unique_ptr<peer_protocol> make_plain_json();
std::unique_ptr<peer_protocol> make_socket_io();
std::unique_ptr<peer_protocol> make_nats();
std::unique_ptr<peer_protocol> make_xmpp();

} // namespace klatsch::bench
