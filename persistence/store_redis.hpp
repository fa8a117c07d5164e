#pragma once

#include "persistence/fault_log.hpp"
#include "persistence/redis_connection.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

/// The store that several nodes share: one Redis. A group is one pipelined transaction; each
/// request is one script, and so is executed entirely or not at all.
class redis_store : public store {
 public:
  explicit redis_store(const redis_options& options);

  std::vector<store_result> execute(std::span<const store_request> group) override;

 private:
  void execute_commands(
      std::span<const store_request> group,
      const std::vector<std::size_t>& positions,
      std::vector<store_result>& results);
  store_result
  read_reply(const store_request& request, const redis_command& command, redis_value value);

  std::string prefix_;
  bool fencing_;
  redis_connection connection_;
  fault_log faults_;
};

} // namespace klatsch::persistence
