#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace klatsch::bench {

/// The frame of a server with this text.
std::string server_frame(std::string_view text);

/// Takes a client's frame from the beginning of `bytes` and unmasks it there. Returns its size with
/// the header, 0 while it is incomplete.
std::size_t take_client_frame(char* bytes, std::size_t size, unsigned& kind, std::string_view& out);

/// The answer to the request of a WebSocket handshake; empty where it is none.
std::string handshake_response(std::string_view request);

} // namespace klatsch::bench
