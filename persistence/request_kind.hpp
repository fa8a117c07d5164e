#pragma once

#include <variant>

#include "persistence/requests.hpp"

namespace klatsch::persistence {

template <class... Requests>
bool is_any_of(const store_request& request) {
  return (std::holds_alternative<Requests>(request) || ...);
}

/// True for what changes the store. `find_session` does so only once in a token's half life, and
/// counts as reading.
inline bool writes(const store_request& request) {
  return !is_any_of<
      find_session, load_user, list_rooms, read_room, read_private, list_conversations>(request);
}

} // namespace klatsch::persistence
