#pragma once

#include <string_view>

namespace klatsch::persistence {

/// The error says that this Redis can't serve now, whatever is asked; nothing was executed.
bool is_refusal(std::string_view error);

/// Another connection may lead to a Redis that takes writes, or accept the password.
bool needs_reconnect(std::string_view error);

} // namespace klatsch::persistence
