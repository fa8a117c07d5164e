#pragma once

#include <span>
#include <string_view>

namespace klatsch::persistence {

/// One file of `persistence/lua/`; its name is that of the request that it executes, or
/// `append_messages`, `leases` or `claim_format`.
struct redis_script {
  std::string_view name;
  std::string_view source;
};

/// All of them, as they were when klatsch was built.
std::span<const redis_script> redis_scripts();

} // namespace klatsch::persistence
