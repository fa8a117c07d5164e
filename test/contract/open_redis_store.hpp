#pragma once

#include <memory>

#include "persistence/store.hpp"

namespace klatsch::contract {

/// As `make_redis_store`; its groups are executed in the way that the executable is there for: by
/// functions that block, or as a thread does that has other things to do.
std::unique_ptr<persistence::store> open_redis_store(const persistence::redis_options& options);

} // namespace klatsch::contract
