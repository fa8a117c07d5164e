#include "actors/error.hpp"

#include <algorithm>

#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>

namespace klatsch {

namespace {

// Atoms of CAF 0.17 have at most ten characters.
constexpr auto protocol_category = caf::atom("klatsch");
constexpr auto store_category = caf::atom("store");

// A caf::error's code has one byte and must not be 0: the place in the table, from 1.
std::uint8_t place_of(protocol::error_code code) {
  auto& table = protocol::error_table;
  auto row = std::find_if(table.begin(), table.end(), [=](auto& x) { return x.code == code; });
  return static_cast<std::uint8_t>(row - table.begin() + 1);
}

protocol::error_code code_of(persistence::store_error error) {
  switch (error) {
  case persistence::store_error::unavailable:
    return protocol::error_code::store_unavailable;
  case persistence::store_error::fenced:
  case persistence::store_error::stale_view:
    return protocol::error_code::room_unavailable;
  case persistence::store_error::not_found:
  case persistence::store_error::exists:
    break;
  }
  return protocol::error_code::internal_error;
}

} // namespace

caf::error make_error(protocol::error_code code) {
  return {place_of(code), protocol_category};
}

caf::error make_error(persistence::store_error error) {
  return {static_cast<std::uint8_t>(static_cast<std::uint8_t>(error) + 1), store_category};
}

std::optional<persistence::store_error> store_error_of(const caf::error& error) {
  if (error.category() != store_category)
    return std::nullopt;
  return static_cast<persistence::store_error>(error.code() - 1);
}

protocol::error_code code_of(const caf::error& error) {
  if (error.category() == protocol_category && error.code() <= protocol::error_table.size())
    return protocol::error_table[error.code() - 1u].code;
  if (auto store = store_error_of(error))
    return code_of(*store);
  if (error == caf::sec::request_timeout)
    return protocol::error_code::timeout;
  if (error == caf::sec::request_receiver_down || error.category() == caf::atom("exit"))
    return protocol::error_code::room_unavailable;
  return protocol::error_code::internal_error;
}

} // namespace klatsch
