#pragma once

#include "persistence/fault_log.hpp"
#include "persistence/lease_table.hpp"
#include "persistence/redis_connection.hpp"

namespace klatsch::persistence {

/// All is decided in one script, `lua/leases.lua`; this asks, and checks what is answered.
class redis_lease_table : public lease_table {
 public:
  explicit redis_lease_table(const redis_options& options);

  lease_view acquire(const node_record& self, std::int64_t lease_ms) override;
  lease_view renew(const node_record& self, std::int64_t lease_ms) override;
  std::variant<lease_error, done> release(std::string_view id, std::int64_t epoch) override;
  lease_view expel(std::string_view id, std::int64_t epoch) override;

 private:
  lease_view ask(std::string_view action, const node_record& node, std::int64_t lease_ms);
  lease_view execute(const redis_command& command);
  lease_view read(redis_value answer);
  cluster_view read_view(redis_value number, redis_value records);

  std::string prefix_;
  redis_connection connection_;
  fault_log faults_;
  /// The greatest number that was read. A replica that took over may have an older one, and must
  /// not go back to it.
  std::int64_t known_view_ = 0;
};

} // namespace klatsch::persistence
