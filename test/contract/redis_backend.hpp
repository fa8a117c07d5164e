#pragma once

#include "test/contract/backend.hpp"
#include "test/contract/redis_server.hpp"

namespace klatsch::contract {

/// Redis on a server of the suite's own, each object under a prefix of its own.
class redis_backend : public backend {
 public:
  redis_backend();
  ~redis_backend() override;

  std::unique_ptr<persistence::store> open() override;
  void kill(pid_t writer) override;
  void take_away() override;
  void give_back() override;

  /// The one server of this process.
  static redis_server& server();

  persistence::redis_options options() const;
  std::string key(const std::string& name) const { return prefix_ + ":" + name; }

 private:
  std::string prefix_;
};

} // namespace klatsch::contract
