#pragma once

#include "persistence/redis_reply.hpp"
#include "persistence/requests.hpp"

namespace klatsch::persistence {

/// The result of a request from what its script answered, which is no error. Throws
/// foreign_content when the script read something that klatsch has not written.
store_result make_result(const store_request& request, redis_value reply);

} // namespace klatsch::persistence
