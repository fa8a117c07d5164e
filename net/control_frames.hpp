#pragma once

#include <string_view>

#include "actors/frame.hpp"
#include "protocol/close_codes.hpp"

namespace klatsch::net {

/// A close frame with the code, and a reason of at most 123 bytes; the code's name where none is
/// given.
wire_bytes make_close_frame(protocol::close_code code, std::string_view reason = {});

/// A ping without payload; the same bytes each time.
const wire_bytes& ping_frame();

/// Whether frames that begin with these bytes begin with a close frame.
bool is_close_frame(const void* bytes, std::size_t size);

} // namespace klatsch::net
