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
/// then their replies received in the same order, by functions that block or by functions that
/// don't. For one thread at a time; blocks SIGPIPE there, because hiredis writes to sockets that
/// the other side may have closed.
class redis_link {
 public:
  /// False when there is no connection; `trouble` says why. `timeout_ms` is for connecting and for
  /// each reply.
  bool open(const redis_address& address, int timeout_ms);
  bool is_open() const { return context_ != nullptr; }
  const std::string& trouble() const { return trouble_; }
  /// For what happens while it is open.
  void set_trouble(std::string reason) { trouble_ = std::move(reason); }

  /// False when it was lost before; nothing is sent before `receive` or `send_some`.
  bool append(const std::vector<std::string_view>& words);
  /// The next reply; null, and the link closed, when it doesn't come.
  redis_reply receive();
  /// The same for a command that takes `longer_ms` by intention.
  redis_reply receive_after(int longer_ms);

  /// Sends of what was appended what the socket takes at once. True when that was all, or when the
  /// connection was lost.
  bool send_some();
  /// Reads what has come; `take` gives the replies. The connection may be lost by that.
  void read_some();
  /// The next reply that has been read; null where there is none.
  redis_reply take();
  /// To wait for what `read_some` reads. Whoever does may make it non-blocking (Asio does), so it
  /// is from now on.
  int descriptor();

  /// Replies that are outstanding will never be taken for others'.
  void close(std::string reason);

 private:
  void set_blocking(bool blocking);

  struct context_deleter {
    void operator()(redisContext* context) const { redisFree(context); }
  };

  std::unique_ptr<redisContext, context_deleter> context_;
  int timeout_ms_ = 0;
  std::string trouble_ = "not connected yet";
};

} // namespace klatsch::persistence
