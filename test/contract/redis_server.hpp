#pragma once

#include <memory>
#include <string>
#include <vector>

#include <hiredis/hiredis.h>
#include <sys/types.h>

#include "persistence/redis_reply.hpp"
#include "test/temporary_folder.hpp"

namespace klatsch::contract {

/// How a Sentinel is to be started.
struct sentinel_configuration {
  std::vector<std::string> lines;
};

/// A redis-server of our own on a socket in a temporary folder, that flushes every write. It ends
/// with this object, or with this process however that ends.
class redis_server {
 public:
  /// `more` are further arguments; of two that name the same setting, the later one holds.
  explicit redis_server(const std::vector<std::string>& more = {});
  /// A Sentinel, which is a redis-server as well; what it writes into its configuration is kept.
  explicit redis_server(const sentinel_configuration& configuration);
  ~redis_server();
  redis_server(const redis_server&) = delete;
  redis_server& operator=(const redis_server&) = delete;

  /// Starts it, if it doesn't run, with what it had on its disk; returns when it answers.
  void start();
  /// kill -9.
  void kill();
  /// Stopped, it keeps its connections and answers nothing.
  void freeze();
  void thaw();

  std::string socket() const { return folder_.file("redis.sock"); }

  /// Asks it by a connection of the test's own; the text of its answer, or of its error.
  std::string ask(const std::vector<std::string>& words);

 private:
  bool answers();

  temporary_folder folder_;
  std::vector<std::string> arguments_;
  pid_t process_ = 0;
};

} // namespace klatsch::contract
