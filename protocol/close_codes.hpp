#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Why the server closes a connection. Below 4500 the client connects again and resumes; from 4500
/// on it must not do so by itself.
namespace klatsch::protocol {

enum class close_code : std::uint16_t {
  normal = 1000,
  protocol_error = 1002,
  unsupported_data = 1003,
  invalid_text = 1007,
  too_big = 1009,
  internal_error = 1011,
  restarting = 4000,
  slow_consumer = 4001,
  idle = 4002,
  open_timeout = 4003,
  logged_out = 4500,
  flooding = 4501,
};

struct close_row {
  close_code code;
  std::string_view name;
  std::string_view sentence;

  constexpr bool reconnect() const { return static_cast<std::uint16_t>(code) < 4500; }
};

inline constexpr std::array close_table{
    close_row{close_code::normal, "normal", "The client closed."},
    close_row{
        close_code::protocol_error, "protocol_error", "A frame broke the WebSocket protocol."},
    close_row{
        close_code::unsupported_data, "unsupported_data",
        "Text on a MessagePack connection, or binary on a JSON one."},
    close_row{close_code::invalid_text, "invalid_text", "A text frame is not valid UTF-8."},
    close_row{close_code::too_big, "too_big", "A message is over the limit."},
    close_row{close_code::internal_error, "internal_error", "Something went wrong in the server."},
    close_row{close_code::restarting, "restarting", "The server stops; connect again and resume."},
    close_row{
        close_code::slow_consumer, "slow_consumer",
        "The client reads too slowly; connect again and resume."},
    close_row{close_code::idle, "idle", "Nothing was heard from the client for too long."},
    close_row{close_code::open_timeout, "open_timeout", "No session.open came in time."},
    close_row{close_code::logged_out, "logged_out", "The session was ended by a log out."},
    close_row{close_code::flooding, "flooding", "Far too many requests were refused."},
};

constexpr const close_row& row_of(close_code code) {
  for (auto& row : close_table)
    if (row.code == code)
      return row;
  return close_table[5];
}

} // namespace klatsch::protocol
