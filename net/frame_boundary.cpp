#include "net/frame_boundary.hpp"

#include <algorithm>

namespace klatsch::net {

namespace {

constexpr std::uint8_t last_frame_bit = 0x80;
constexpr std::uint8_t control_bit = 0x08;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t mask_size = 4;

/// How many bytes stand behind the second one for a longer payload's length.
std::size_t length_size(std::uint8_t second) {
  const auto length = second & ~mask_bit;
  return length == 127 ? 8 : length == 126 ? 2 : 0;
}

} // namespace

void frame_boundary::take(const void* bytes, std::size_t size) {
  const auto* next = static_cast<const std::uint8_t*>(bytes);
  const auto* const end = next + size;
  while (next != end) {
    if (payload_left_ > 0) {
      const auto skipped = std::min<std::uint64_t>(payload_left_, end - next);
      payload_left_ -= skipped;
      next += skipped;
      continue;
    }
    header_[header_size_++] = *next++;
    if (header_size_ == header_length())
      take_header();
  }
}

std::size_t frame_boundary::header_length() const {
  if (header_size_ < 2)
    return 2;
  return 2 + length_size(header_[1]) + ((header_[1] & mask_bit) != 0 ? mask_size : 0);
}

void frame_boundary::take_header() {
  // Frames of control stand between those of a message.
  if ((header_[0] & control_bit) == 0)
    message_begun_ = (header_[0] & last_frame_bit) == 0;
  const auto size = length_size(header_[1]);
  payload_left_ = size == 0 ? header_[1] & ~mask_bit : 0;
  for (std::size_t i = 0; i != size; ++i)
    payload_left_ = payload_left_ << 8 | header_[2 + i];
  header_size_ = 0;
}

} // namespace klatsch::net
