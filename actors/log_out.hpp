#pragma once

#include <functional>
#include <string>

#include <caf/actor_system.hpp>

#include "actors/model_environment.hpp"

namespace klatsch {

/// Makes a login token void, ends the sessions that came with it, and calls `done` on a thread of
/// the actor system, whether or not there was such a token. Doesn't block.
void log_out_token(
    caf::actor_system& system,
    const model_environment& environment,
    const std::string& token,
    std::function<void()> done);

} // namespace klatsch
