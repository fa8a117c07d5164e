#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace klatsch::net {

/// Bounds the connections of the node. Thread-safe.
class connection_slots {
 public:
  explicit connection_slots(std::size_t limit) : limit_(limit) {}

  /// Some connections over the limit get as far as being told so.
  static constexpr std::size_t refusals_at_once = 64;

  std::size_t taken() const { return taken_; }

  /// Holds a place as long as it lives.
  class slot {
   public:
    slot() = default;
    slot(slot&& other) noexcept
        : slots_(std::exchange(other.slots_, nullptr)), over_(other.over_) {}
    slot& operator=(slot&& other) noexcept {
      std::swap(slots_, other.slots_);
      std::swap(over_, other.over_);
      return *this;
    }
    ~slot() {
      if (slots_)
        --slots_->taken_;
    }
    /// False where there is no place, not even to refuse.
    explicit operator bool() const { return slots_ != nullptr; }
    /// The connection is to be refused.
    bool over_limit() const { return over_; }

   private:
    friend class connection_slots;
    slot(connection_slots* slots, bool over) : slots_(slots), over_(over) {}
    connection_slots* slots_ = nullptr;
    bool over_ = false;
  };

  slot take() {
    const auto before = taken_++;
    if (before < limit_ + refusals_at_once)
      return {this, before >= limit_};
    --taken_;
    return {};
  }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> taken_ = 0;
};

} // namespace klatsch::net
