#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "persistence/store.hpp"

namespace klatsch::persistence {

/// What a test and its store know together. The store has no lock: the worker
/// and its host use it one at a time.
struct remote {
  bool connected = false;
  execution_progress begins = execution_progress::waits;
  execution_progress advances = execution_progress::complete;
  /// Where it is set, what happens is its choice.
  std::function<execution_progress()> chance;
  std::vector<std::size_t> executed;
  std::vector<std::size_t> begun;
  std::vector<std::size_t> finished;
  bool given_up = false;
};

class remote_store : public nonblocking_store {
 public:
  explicit remote_store(remote& known) : remote_(known) {}

  std::vector<store_result> execute(std::span<const store_request> group) override {
    remote_.connected = true;
    remote_.executed.push_back(group.size());
    return std::vector<store_result>(group.size(), done{});
  }
  bool is_connected() const override { return remote_.connected; }
  execution_progress begin(std::span<const store_request> group) override {
    size_ = group.size();
    remote_.begun.push_back(size_);
    return remote_.chance ? remote_.chance() : remote_.begins;
  }
  execution_progress advance() override {
    return remote_.chance ? remote_.chance() : remote_.advances;
  }
  int descriptor() override { return 7; }
  std::chrono::milliseconds longest_silence() const override {
    return std::chrono::milliseconds{1234};
  }
  void give_up() override {
    remote_.given_up = true;
    remote_.connected = false;
  }
  std::vector<store_result> finish() override {
    remote_.finished.push_back(size_);
    if (remote_.given_up)
      return std::vector<store_result>(size_, store_error::unavailable);
    return std::vector<store_result>(size_, done{});
  }

 private:
  remote& remote_;
  std::size_t size_ = 0;
};

} // namespace klatsch::persistence
