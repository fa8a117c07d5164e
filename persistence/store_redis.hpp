#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "persistence/fault_log.hpp"
#include "persistence/redis_connection.hpp"
#include "persistence/redis_plan.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

/// The store that several nodes share: one Redis. A group is one pipelined transaction; each
/// request is one script, and so is executed entirely or not at all.
class redis_store : public nonblocking_store {
 public:
  explicit redis_store(const redis_options& options);

  std::vector<store_result> execute(std::span<const store_request> group) override;

  bool is_connected() const override { return connection_.is_open(); }
  execution_progress begin(std::span<const store_request> group) override;
  execution_progress advance() override;
  int descriptor() override { return connection_.descriptor(); }
  std::chrono::milliseconds longest_silence() const override {
    return connection_.longest_silence();
  }
  void give_up() override;
  std::vector<store_result> finish() override;

 private:
  void prepare(std::span<const store_request> group);
  void take_results(redis_replies replies);
  store_result
  read_reply(const store_request& request, const redis_command& command, redis_value value);

  std::string prefix_;
  bool fencing_;
  redis_connection connection_;
  fault_log faults_;

  /// The group under way; which of its requests are well-formed; their commands, nothing where
  /// they could not be sent.
  std::span<const store_request> group_;
  std::vector<std::size_t> positions_;
  std::optional<redis_plan> plan_;
  std::vector<store_result> results_;
};

} // namespace klatsch::persistence
