#pragma once

#include <optional>
#include <string>
#include <vector>

#include "persistence/store.hpp"

namespace klatsch::persistence {

/// Asks Redis Sentinels which Redis is the primary. For one thread; blocks it up to twice the
/// timeout for each sentinel.
class redis_sentinels {
 public:
  redis_sentinels(std::vector<redis_address> sentinels, std::string master, int timeout_ms);

  bool empty() const { return sentinels_.empty(); }
  std::size_t size() const { return sentinels_.size(); }

  /// What the next sentinel says; they are asked in turn, one at each call. Nothing when it doesn't
  /// know or doesn't answer; `trouble` says why.
  std::optional<redis_address> ask_next();
  /// The one that was asked last was right: it is the first to be asked again.
  void keep();
  const std::string& trouble() const { return trouble_; }

 private:
  std::optional<redis_address> ask(const redis_address& sentinel);

  std::vector<redis_address> sentinels_;
  std::string master_;
  int timeout_ms_;
  std::size_t next_ = 0;
  std::string trouble_;
};

} // namespace klatsch::persistence
