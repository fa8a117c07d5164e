#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "persistence/requests.hpp"

namespace klatsch::persistence {

/// Where the model state is kept. The back ends pass one contract suite, `test/contract/`.
///
/// A store belongs to one thread at a time and may block it; `store_worker` has that thread.
class store {
 public:
  virtual ~store() = default;

  /// Executes the requests in their order as one group: one transaction, or one pipeline. Returns
  /// one result for each. When it returns, all that succeeded is durable; a group that the store
  /// could not commit has `unavailable` for every request in it. Doesn't throw on a fault of the
  /// store; comes back by itself when the store does. A request that fails (`not_found`, `fenced`,
  /// …) changes nothing and does not hinder the others of its group.
  virtual std::vector<store_result> execute(std::span<const store_request> group) = 0;
};

enum class execution_progress {
  /// For what the other side has to send.
  waits,
  complete,
  /// It goes on by blocking only.
  blocks,
};

/// A store that can have a group under way while its thread does other things. Nothing of this
/// throws on a fault of the store either.
class nonblocking_store : public store {
 public:
  /// Whether a group can be begun now. Where not, `execute` makes it so if it can.
  virtual bool is_connected() const = 0;

  /// Begins to execute a group that lives until it is finished; one at a time, instead of
  /// `execute`. May be finished by another thread.
  virtual execution_progress begin(std::span<const store_request> group) = 0;

  /// Takes what has come. Also where nothing has begun: to notice then that the connection was
  /// lost.
  virtual execution_progress advance() = 0;

  /// Readable when `advance` has something to do; valid until a call after which the store is not
  /// connected.
  virtual int descriptor() = 0;

  /// How long the other side may be silent now, while a group is under way.
  virtual std::chrono::milliseconds longest_silence() const = 0;

  /// The other side was silent for longer: the group fails.
  virtual void give_up() = 0;

  /// The group's results, as `execute` gives them. Blocks unless the group is complete.
  virtual std::vector<store_result> finish() = 0;
};

struct sqlite_options {
  /// File path; its folder is made where missing. ":memory:" for tests.
  std::string path;
};

struct redis_address {
  /// Name or address, or the path of a Unix socket.
  std::string host;
  int port = 6379;
};

struct redis_options {
  /// As in a `redis_address`; not used where there are sentinels.
  std::string host;
  int port = 6379;
  /// Empty: none is sent.
  std::string password;
  /// Before every key, so that several systems can share a Redis.
  std::string prefix;
  /// For the connection, and for each answer.
  int timeout_ms = 2000;
  /// Redis Sentinels, which are asked for the primary at each connection.
  std::vector<redis_address> sentinels;
  /// By which name they know it.
  std::string sentinel_master = "klatsch";
  /// A write, and a message that is read, is `unavailable` until so many replicas have it.
  int wait_replicas = 0;
  int wait_timeout_ms = 1000;
  /// False lets an older room actor write as well, and twice what the younger one has stored: for
  /// the test of those who must find that.
  bool fencing = true;
};

/// Opens the file, and makes or upgrades its schema. Throws std::runtime_error when it can't, or
/// when another process has it (`<path>.lock`): the process should not start then.
std::unique_ptr<store> make_sqlite_store(const sqlite_options& options);

/// Connects on first use, and again whenever the connection is lost. Never throws.
std::unique_ptr<store> make_redis_store(const redis_options& options);

} // namespace klatsch::persistence
