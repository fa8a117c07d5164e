#pragma once

#include <caf/error.hpp>

#include "persistence/requests.hpp"
#include "protocol/errors.hpp"

/// Errors between actors: a protocol::error_code inside a caf::error of the category "klatsch", so
/// that what went wrong is classified once, where it arises.
namespace klatsch {

/// At most ten characters, as CAF 0.17's atoms.
inline constexpr caf::atom_value error_category = caf::atom("klatsch");

caf::error make_error(protocol::error_code code);

/// `missing` is what `not_found` means to the one who asked: no_such_room, no_such_user, ….
caf::error make_error(
    persistence::store_error error,
    protocol::error_code missing = protocol::error_code::internal_error);

/// What the client is told of an error of ours or of CAF: a receiver that is down is
/// `room_unavailable`, a request without an answer in time `timeout`.
protocol::error_code code_of(const caf::error& error);

} // namespace klatsch
