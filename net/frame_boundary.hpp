#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace klatsch::net {

/// Follows the frames that a client sends (RFC 6455, 5.2), without checking them, to know whether
/// all that has come of them are whole messages.
class frame_boundary {
 public:
  /// The next bytes that came.
  void take(const void* bytes, std::size_t size);

  /// Nothing of a frame has come that has not come whole, nor any of a message's frames without
  /// the last one.
  bool between_messages() const {
    return header_size_ == 0 && payload_left_ == 0 && !message_begun_;
  }

 private:
  std::size_t header_length() const;
  void take_header();

  std::uint64_t payload_left_ = 0;
  /// What has come of it.
  std::array<std::uint8_t, 14> header_{};
  std::uint8_t header_size_ = 0;
  bool message_begun_ = false;
};

} // namespace klatsch::net
