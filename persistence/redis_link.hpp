#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

#include "persistence/redis_reply.hpp"
#include "persistence/store.hpp"

namespace klatsch::persistence {

/// One connection to one server, Redis or Sentinel, until it is lost: commands are appended, and
/// then their replies received in the same order. For one thread; blocks SIGPIPE there, because
/// hiredis writes to sockets that the other side may have closed.
class redis_link {
 public:
  /// False when there is no connection; `trouble` says why. `timeout_ms` is for connecting and for
  /// each reply.
  bool open(const redis_address& address, int timeout_ms);
  bool is_open() const { return context_ != nullptr; }
  const std::string& trouble() const { return trouble_; }
  /// For what happens while it is open.
  void set_trouble(std::string reason) { trouble_ = std::move(reason); }

  /// False when it was lost before; nothing is sent before `receive`.
  bool append(const std::vector<std::string_view>& words);
  /// The next reply; null, and the link closed, when it doesn't come.
  redis_reply receive();
  /// The same for a command that takes `longer_ms` by intention.
  redis_reply receive_after(int longer_ms);

  /// Replies that are outstanding will never be taken for others'.
  void close(std::string reason);

 private:
  struct context_deleter {
    void operator()(redisContext* context) const { redisFree(context); }
  };

  std::unique_ptr<redisContext, context_deleter> context_;
  int timeout_ms_ = 0;
  std::string trouble_ = "not connected yet";
};

} // namespace klatsch::persistence
