#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "persistence/redis_command.hpp"
#include "persistence/redis_link.hpp"
#include "persistence/redis_reply.hpp"
#include "persistence/redis_sentinels.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

/// How commands are executed.
struct redis_execution {
  /// As one write to Redis' disk: with `appendfsync always` it flushes once for each turn of its
  /// loop, which is 16 KB of a pipeline but all of a transaction.
  bool transaction = false;
  /// Wait until as many replicas as the options ask for have all that Redis had afterwards.
  bool confirm = false;
};

struct redis_replies {
  /// The reply to each command; null where the connection was lost or Redis refused the
  /// transaction: `trouble` says why.
  std::vector<redis_reply> each;
  /// False when it was asked for and fewer replicas confirmed in time.
  bool confirmed = true;
};

/// A blocking connection to Redis that connects when it is needed and again after it was lost,
/// through the sentinels where there are any. While Redis is away it tries at most every 200 ms,
/// and for no more than half of the time, so that callers fail fast in between. For one thread.
class redis_connection {
 public:
  explicit redis_connection(const redis_options& options);

  /// Connects when it is due. False when there is no connection; `trouble` says why.
  bool ready();
  const std::string& trouble() const { return link_.trouble(); }

  /// Says in the log, once for each finding, what the Redis can lose.
  void report_durability();

  /// What fails does not hinder the others.
  redis_replies execute(std::span<const redis_command> commands, redis_execution how);

  /// Closes the connection, so that the next one is made anew.
  void drop(std::string reason) { link_.close(std::move(reason)); }

 private:
  using clock = std::chrono::steady_clock;

  bool connect(const redis_address& address);
  bool connect_through_sentinels();
  bool is_primary();
  bool log_in();
  bool load_scripts();
  bool claim_format();
  redis_replies execute_once(std::span<const redis_command> commands, redis_execution how);
  void receive_pipeline(std::vector<redis_reply>& replies);
  void receive_transaction(std::vector<redis_reply>& replies);
  bool receive_confirmation();
  bool append_command(const redis_command& command);

  redis_options options_;
  redis_sentinels sentinels_;
  redis_link link_;
  std::unordered_map<std::string_view, std::string> hashes_;
  bool new_connection_ = false;
  /// What the log was told last.
  std::string durability_;
  std::string primary_;
  clock::time_point next_attempt_{};
};

} // namespace klatsch::persistence
