#include "bench/generator/member.hpp"

#include <stdexcept>

namespace klatsch::bench {

void member::observer::on_failure(member& who, const std::string& reason) {
  throw std::runtime_error("member " + std::to_string(who.number()) + ": " + reason);
}

member::member(
    event_loop& loop,
    const peer_protocol& protocol,
    const endpoint& server,
    const std::string& run,
    const place& where)
    : protocol_(protocol), server_(server), where_(where),
      session_(protocol.make_session(run, where.number)), socket_(loop, *this),
      received_(where.senders) {}

void member::connect() {
  socket_.connect(server_, protocol_.handshake(), where_.number);
}

} // namespace klatsch::bench
