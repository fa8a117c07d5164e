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

/// A connection to Redis that connects when it is needed and again after it was lost, through the
/// sentinels where there are any. While Redis is away it tries at most every 200 ms, and for no
/// more than half of the time, so that callers fail fast in between. Blocks, except in `begin`,
/// `send` and `receive`. For one thread at a time.
class redis_connection {
 public:
  explicit redis_connection(const redis_options& options);

  /// Connects when it is due. False when there is no connection; `trouble` says why.
  bool ready();
  bool is_open() const { return link_.is_open(); }
  const std::string& trouble() const { return link_.trouble(); }

  /// Says in the log, once for each finding, what the Redis can lose.
  void report_durability();

  /// Prepares the execution of commands that live until it is finished; one at a time. What fails
  /// does not hinder the others.
  void begin(std::span<const redis_command> commands, redis_execution how);

  /// Sends what has begun, and receives what has come. The latter also where nothing has begun: a
  /// connection that the other side has closed is noticed then.
  execution_progress send();
  execution_progress receive();
  /// To wait for what there is to receive; -1 when the connection is lost.
  int descriptor() { return link_.descriptor(); }

  /// Of Redis, before the next of what `receive` receives is overdue.
  std::chrono::milliseconds longest_silence() const;

  /// Sends and receives the rest.
  redis_replies finish();

  redis_replies execute(std::span<const redis_command> commands, redis_execution how) {
    begin(commands, how);
    return finish();
  }

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
  bool append_all();
  bool append_command(const redis_command& command);
  bool has_all() const { return received_.size() == expected_; }
  bool has_all_but_confirmation() const {
    return how_.confirm && received_.size() + 1 == expected_;
  }
  redis_replies take_replies();
  void take_transaction(std::vector<redis_reply>& replies);
  bool is_confirmed(const redis_reply& reply);

  redis_options options_;
  redis_sentinels sentinels_;
  redis_link link_;
  std::unordered_map<std::string_view, std::string> hashes_;
  bool new_connection_ = false;
  /// What the log was told last.
  std::string durability_;
  std::string primary_;
  clock::time_point next_attempt_{};

  std::span<const redis_command> commands_;
  redis_execution how_;
  /// To all that was sent, in the order in which they came.
  std::vector<redis_reply> received_;
  std::size_t expected_ = 0;
};

} // namespace klatsch::persistence
