#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace klatsch::net {

/// Bounds the connections of the node. Thread-safe.
class connection_slots {
  using counter = std::shared_ptr<std::atomic<std::size_t>>;

 public:
  /// Some connections over the limit get as far as being told so.
  static constexpr std::size_t refusals_at_once = 64;

  explicit connection_slots(std::size_t limit)
      : limit_(limit), taken_(std::make_shared<std::atomic<std::size_t>>(0)) {}

  std::size_t taken() const { return *taken_; }

  /// Holds a place as long as it lives; may outlive the object that gave it.
  class slot {
   public:
    slot() = default;
    slot(slot&&) = default;
    slot& operator=(slot&&) = delete;
    ~slot() {
      if (taken_)
        --*taken_;
    }
    /// False where there is no place, not even to refuse.
    explicit operator bool() const { return taken_ != nullptr; }
    /// The connection is to be refused.
    bool over_limit() const { return over_; }

   private:
    friend class connection_slots;
    slot(counter taken, bool over) : taken_(std::move(taken)), over_(over) {}
    counter taken_;
    bool over_ = false;
  };

  slot take() {
    const auto before = (*taken_)++;
    if (before < limit_ + refusals_at_once)
      return {taken_, before >= limit_};
    --*taken_;
    return {};
  }

 private:
  const std::size_t limit_;
  const counter taken_;
};

} // namespace klatsch::net
