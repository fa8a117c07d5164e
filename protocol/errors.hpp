#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What a request can be refused with: one table of number, name, whether the same request may
/// succeed later, and a sentence for people.
namespace klatsch::protocol {

enum class error_code : std::int32_t {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  not_open = 1001,
  invalid_token = 1002,
  already_open = 1003,
  no_such_room = 1010,
  not_a_member = 1011,
  room_exists = 1012,
  not_allowed = 1013,
  room_full = 1014,
  no_such_user = 1020,
  own_user = 1021,
  rate_limited = 1030,
  overloaded = 1031,
  store_unavailable = 1040,
  timeout = 1041,
  room_unavailable = 1042,
  stopping = 1043,
};

struct error_row {
  error_code code;
  std::string_view name;
  bool retry;
  std::string_view sentence;
};

inline constexpr std::array error_table{
    error_row{
        error_code::parse_error, "parse_error", false, "This is not valid JSON or MessagePack."},
    error_row{
        error_code::invalid_request, "invalid_request", false,
        "This is not a JSON-RPC 2.0 request."},
    error_row{error_code::method_not_found, "method_not_found", false, "There is no such method."},
    error_row{
        error_code::invalid_params, "invalid_params", false,
        "A parameter is missing or wrong; `data` says which and why."},
    error_row{
        error_code::internal_error, "internal_error", false, "Something went wrong in the server."},
    error_row{error_code::not_open, "not_open", false, "Open the session first."},
    error_row{
        error_code::invalid_token, "invalid_token", false,
        "This token is unknown, expired or void."},
    error_row{error_code::already_open, "already_open", false, "This session is open already."},
    error_row{error_code::no_such_room, "no_such_room", false, "There is no such room."},
    error_row{error_code::not_a_member, "not_a_member", false, "Join the room first."},
    error_row{
        error_code::room_exists, "room_exists", false, "There is a room with this id already."},
    error_row{error_code::not_allowed, "not_allowed", false, "This is not allowed here."},
    error_row{
        error_code::room_full, "room_full", false, "The room has as many members as it may have."},
    error_row{error_code::no_such_user, "no_such_user", false, "There is no such user."},
    error_row{error_code::own_user, "own_user", false, "This is you yourself."},
    error_row{
        error_code::rate_limited, "rate_limited", true,
        "Too many requests; wait for `retry_after_ms`."},
    error_row{
        error_code::overloaded, "overloaded", true, "The server has too much to do at the moment."},
    error_row{
        error_code::store_unavailable, "store_unavailable", true,
        "The store can't be reached at the moment."},
    error_row{
        error_code::timeout, "timeout", true,
        "No answer in time; whether it was done is unknown. Send it again with the same cid."},
    error_row{
        error_code::room_unavailable, "room_unavailable", true, "The room is moving or starting."},
    error_row{error_code::stopping, "stopping", true, "This server is stopping; connect again."},
};

constexpr const error_row& row_of(error_code code) {
  for (auto& row : error_table)
    if (row.code == code)
      return row;
  return error_table[4];
}

/// What one request is answered with instead of a result.
struct request_error {
  error_code code = error_code::internal_error;
  /// Which parameter is wrong, as `resume[2].after`, and why.
  std::string field = {};
  std::string reason = {};
  std::optional<std::int64_t> retry_after_ms = {};

  friend bool operator==(const request_error&, const request_error&) = default;
};

} // namespace klatsch::protocol
