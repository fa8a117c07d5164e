#include "test/contract/open_redis_store.hpp"

namespace klatsch::contract {

std::unique_ptr<persistence::store> open_redis_store(const persistence::redis_options& options) {
  return make_redis_store(options);
}

} // namespace klatsch::contract
