#include "test/contract/redis_backend.hpp"

#include "test/contract/open_redis_store.hpp"

namespace klatsch::contract {

using namespace persistence;

redis_backend::redis_backend() {
  static int count = 0;
  prefix_ = "test-" + std::to_string(count++);
  server().start();
}

redis_backend::~redis_backend() {
  server().start();
}

std::unique_ptr<store> redis_backend::open() {
  server().start();
  return open_redis_store(options());
}

void redis_backend::kill(pid_t) {
  server().kill();
}

void redis_backend::take_away() {
  server().kill();
}

void redis_backend::give_back() {
  server().start();
}

redis_server& redis_backend::server() {
  static redis_server one;
  return one;
}

redis_options redis_backend::options() const {
  redis_options options;
  options.host = server().socket();
  options.prefix = prefix_;
  return options;
}

std::unique_ptr<backend> make_backend() {
  return std::make_unique<redis_backend>();
}

} // namespace klatsch::contract
