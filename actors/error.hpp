#pragma once

#include <optional>

#include <caf/error.hpp>

#include "persistence/requests.hpp"
#include "protocol/errors.hpp"

/// Errors between actors: the row of protocol::error_table inside a caf::error of the category
/// "klatsch", so that what went wrong is classified once, where it arises. The store's own errors
/// have the category "store": who asked knows what a missing thing means to the client.
namespace klatsch {

caf::error make_error(protocol::error_code code);
caf::error make_error(persistence::store_error error);

std::optional<persistence::store_error> store_error_of(const caf::error& error);

/// What the client is told of an error of ours or of CAF: a receiver that is down is
/// `room_unavailable`, a request without an answer in time `timeout`.
protocol::error_code code_of(const caf::error& error);

} // namespace klatsch
