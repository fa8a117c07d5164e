#pragma once

#include <cstddef>
#include <vector>

#include "actors/session_options.hpp"

namespace klatsch {

/// How much of what was missed can be sent again at once without filling the outbox, which would
/// close the connection of a client that has done nothing wrong.
class resume_budget {
 public:
  explicit resume_budget(const session_options& options)
      : bytes_(options.resume_bytes), frames_(options.resume_frames) {}

  /// Takes all of them, or none and returns false.
  template <class Message>
  bool take(const std::vector<Message>& messages) {
    std::size_t bytes = 0;
    for (auto& each : messages)
      bytes += each.text.size() + envelope_bytes;
    if (messages.size() > frames_ || bytes > bytes_)
      return false;
    frames_ -= messages.size();
    bytes_ -= bytes;
    return true;
  }

 private:
  /// About what a message has on the wire beside its text.
  static constexpr std::size_t envelope_bytes = 256;

  std::size_t bytes_;
  std::size_t frames_;
};

} // namespace klatsch
