#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/codec.hpp"

namespace klatsch {

/// Complete WebSocket messages as they go over the wire, headers included. A server's frames carry
/// no mask (RFC 6455, 5.1), so that one buffer serves every receiver.
using wire_bytes = std::shared_ptr<const std::string>;

/// The message with this payload.
wire_bytes make_wire_bytes(protocol::wire_format format, const std::string& payload);

/// One message for each payload, one behind the other.
wire_bytes make_wire_bytes(protocol::wire_format format, std::span<const std::string> payloads);

/// What many receivers get: each wire format is encoded once, when the first receiver wants it.
/// Immutable from the outside; may be used by many threads at once.
class frame {
 public:
  virtual ~frame() = default;

  const wire_bytes& bytes(protocol::wire_format format) const;

  /// Adds the payload of each of its messages.
  virtual void
  encode_to(std::vector<std::string>& payloads, protocol::wire_format format) const = 0;

 private:
  mutable std::array<std::once_flag, 2> encoded_;
  mutable std::array<wire_bytes, 2> bytes_;
};

using frame_ptr = std::shared_ptr<const frame>;

/// The frame of a notification.
template <class Notification>
class notification_frame final : public frame {
 public:
  explicit notification_frame(Notification notification) : notification_(std::move(notification)) {}

  void encode_to(std::vector<std::string>& payloads, protocol::wire_format format) const override {
    payloads.push_back(protocol::encode_notification(format, notification_));
  }

 private:
  Notification notification_;
};

/// Several that the same receivers get, one behind the other.
class joined_frame final : public frame {
 public:
  explicit joined_frame(std::vector<frame_ptr> parts) : parts_(std::move(parts)) {}

  void encode_to(std::vector<std::string>& payloads, protocol::wire_format format) const override {
    for (const auto& part : parts_)
      part->encode_to(payloads, format);
  }

 private:
  std::vector<frame_ptr> parts_;
};

template <class Notification>
frame_ptr make_frame(Notification notification) {
  return std::make_shared<notification_frame<Notification>>(std::move(notification));
}

} // namespace klatsch
