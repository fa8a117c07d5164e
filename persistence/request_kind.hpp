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
      find_session, load_user, list_rooms, check_epoch, read_room, read_private,
      list_conversations>(request);
}

/// True for what a store whose memory is full refuses; what only takes away is done all the same.
inline bool needs_memory(const store_request& request) {
  return is_any_of<
      create_user, rename_user, create_room, activate_room, add_member, append_message,
      append_private, check_store>(request);
}

/// True for what must not be answered before the replicas have it, where they are waited for: what
/// was written, and messages, since one that somebody has read must not be lost.
inline bool needs_confirmation(const store_request& request) {
  return writes(request) || is_any_of<read_room, read_private>(request);
}

/// True for what only the youngest actor of a room may do.
inline bool is_fenced(const store_request& request) {
  return is_any_of<add_member, remove_member, check_epoch, append_message>(request);
}

} // namespace klatsch::persistence
