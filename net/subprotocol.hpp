#pragma once

#include <optional>
#include <string_view>

#include "protocol/codec.hpp"

namespace klatsch::net {

/// What came out of a client's Sec-WebSocket-Protocol.
struct subprotocol {
  protocol::wire_format format = protocol::wire_format::json;
  /// To be named in the answer; empty when the client offered none, which means JSON.
  std::string_view name;
};

/// The first that we speak of those that the client offers; nothing when it speaks others only.
std::optional<subprotocol> choose_subprotocol(std::string_view offered);

} // namespace klatsch::net
