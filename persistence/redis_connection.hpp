#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <hiredis/hiredis.h>

#include "persistence/redis_command.hpp"
#include "persistence/redis_reply.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

/// A blocking connection to Redis that connects when it is needed and again after it was lost.
/// While Redis is away it tries at most every 200 ms, and for no more than half of the time, so
/// that callers fail fast in between. For one thread; blocks SIGPIPE there, because hiredis writes
/// to sockets that the other side may have closed.
class redis_connection {
 public:
  explicit redis_connection(const redis_options& options);

  /// Connects when it is due. False when there is no connection; `trouble` says why.
  bool ready();
  const std::string& trouble() const { return trouble_; }

  /// Executes the commands and returns the reply to each; where the connection was lost or Redis
  /// refused the transaction, they are null and `trouble` says why. What fails does not hinder the
  /// others. As a transaction they are one write to Redis' disk: with `appendfsync always` it
  /// flushes once for each turn of its loop, which is 16 KB of a pipeline but all of a transaction.
  std::vector<redis_reply> execute(std::span<const redis_command> commands, bool transaction);

  /// Closes the connection, so that the next one is made anew.
  void drop(std::string reason);

 private:
  using clock = std::chrono::steady_clock;
  struct context_deleter {
    void operator()(redisContext* context) const { redisFree(context); }
  };

  bool connect();
  bool log_in();
  bool load_scripts();
  void report_durability();
  std::vector<redis_reply> execute_pipeline(std::span<const redis_command> commands);
  std::vector<redis_reply> execute_transaction(std::span<const redis_command> commands);
  bool append(const std::vector<std::string_view>& words);
  bool append_script_call(const redis_command& command);
  /// The next reply; null, and the connection dropped, when it doesn't come.
  redis_reply receive();

  redis_options options_;
  std::unique_ptr<redisContext, context_deleter> context_;
  std::unordered_map<std::string_view, std::string> hashes_;
  std::string trouble_ = "not connected yet";
  std::string durability_;
  clock::time_point next_attempt_{};
};

} // namespace klatsch::persistence
