#pragma once

#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "persistence/store.hpp"

namespace klatsch {

/// The store that the command line of a measurement names: sqlite <file>, or redis <host> <port>
/// with this prefix. Null where it names none.
inline std::unique_ptr<persistence::store>
open_named_store(std::span<char* const> words, const std::string& prefix) {
  if (words.size() == 2 && std::string_view{words[0]} == "sqlite")
    return persistence::make_sqlite_store({words[1]});
  if (words.size() == 3 && std::string_view{words[0]} == "redis")
    return persistence::make_redis_store({words[1], std::atoi(words[2]), "", prefix});
  return nullptr;
}

/// Executes it alone.
inline persistence::store_result
one(persistence::store& backend, persistence::store_request request) {
  return backend.execute({&request, 1}).front();
}

} // namespace klatsch
