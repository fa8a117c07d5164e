#pragma once

#include "actors/frame.hpp"
#include "protocol/close_codes.hpp"

namespace klatsch::net {

/// A close frame with the code, and its name as the reason.
wire_bytes make_close_frame(protocol::close_code code);

/// A ping without payload; the same bytes each time.
const wire_bytes& ping_frame();

/// Whether frames that begin with these bytes begin with a close frame.
bool is_close_frame(const void* bytes, std::size_t size);

} // namespace klatsch::net
