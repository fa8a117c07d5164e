#pragma once

#include "net/socket_batch.hpp"

namespace klatsch::net {

/// Serves an intrusive list of sockets, by as few system calls as the batch can: each adds what it
/// has to send or to receive (`add_to`, false when that is nothing), takes its result
/// (`take_result`), and only when all of the batch have theirs is `finish` called for each.
/// Nothing but `finish` may call owners: they may end any socket, which leaves the list with it.
template <class List, class Finish>
void serve_in_batches(List& waiting, socket_batch& batch, Finish finish) {
  while (!waiting.empty()) {
    List asked, done;
    while (!waiting.empty() && !batch.full()) {
      auto& socket = waiting.front();
      waiting.pop_front();
      (socket.add_to(batch) ? asked : done).push_back(socket);
    }
    auto result = batch.execute().begin();
    for (auto& socket : asked)
      socket.take_result(*result++);
    done.splice(done.end(), asked);
    while (!done.empty()) {
      auto& socket = done.front();
      done.pop_front();
      finish(socket);
    }
  }
}

} // namespace klatsch::net
