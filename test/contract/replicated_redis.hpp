#pragma once

#include <memory>
#include <string>
#include <vector>

#include "persistence/store.hpp"
#include "test/contract/redis_server.hpp"

namespace klatsch::contract {

/// A Redis with two replicas, and three Sentinels that know all of them and each other: those of a
/// small production, with shorter times.
class replicated_redis {
 public:
  /// Returns when replicas and Sentinels are up.
  replicated_redis();

  /// Through the Sentinels, and confirmed by one replica.
  persistence::redis_options options() const;

  /// The one that is the primary by what the Sentinels say.
  redis_server& primary();
  /// Returns when most of them say that another one is.
  void wait_for_another_than(const redis_server& former);

  std::vector<redis_server*> replicas();
  redis_server& sentinel(std::size_t which) { return *sentinels_.at(which); }

 private:
  std::size_t place_of_primary(std::size_t sentinel);
  void wait_until_complete();

  std::vector<int> ports_;
  std::vector<int> sentinel_ports_;
  std::vector<std::unique_ptr<redis_server>> servers_;
  std::vector<std::unique_ptr<redis_server>> sentinels_;
};

} // namespace klatsch::contract
