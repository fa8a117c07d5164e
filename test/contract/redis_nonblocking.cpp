#include <poll.h>

#include "test/contract/open_redis_store.hpp"

namespace klatsch::contract {

using namespace persistence;

namespace {

/// Waits for the store's connection in place of the store, as the host of a store_worker does; of
/// what comes in parts it leaves every other group to functions that block, as a host that is left.
class waiting_store : public store {
 public:
  explicit waiting_store(std::unique_ptr<store> waited_for)
      : owned_(std::move(waited_for)), store_(dynamic_cast<nonblocking_store&>(*owned_)) {}

  std::vector<store_result> execute(std::span<const store_request> group) override {
    // A connection that was lost meanwhile is readable.
    if (store_.is_connected() && is_readable(0))
      store_.advance();
    if (!store_.is_connected())
      return store_.execute(group);
    auto progress = store_.begin(group);
    while (progress == execution_progress::waits) {
      if (!is_readable(static_cast<int>(store_.longest_silence().count()))) {
        store_.give_up();
        break;
      }
      progress = store_.advance();
      if (progress == execution_progress::waits && (leaves_ = !leaves_))
        break;
    }
    return store_.finish();
  }

 private:
  bool is_readable(int timeout_ms) {
    pollfd waited{store_.descriptor(), POLLIN, 0};
    return poll(&waited, 1, timeout_ms) > 0;
  }

  std::unique_ptr<store> owned_;
  nonblocking_store& store_;
  bool leaves_ = false;
};

} // namespace

std::unique_ptr<store> open_redis_store(const redis_options& options) {
  return std::make_unique<waiting_store>(make_redis_store(options));
}

} // namespace klatsch::contract
