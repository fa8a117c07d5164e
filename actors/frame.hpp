#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "protocol/codec.hpp"

namespace klatsch {

/// A complete WebSocket message as it goes over the wire, header included. A server's frames carry
/// no mask (RFC 6455, 5.1), so that one buffer serves every receiver.
using wire_bytes = std::shared_ptr<const std::string>;

/// Puts the header of an unfragmented text (JSON) or binary (MessagePack) message before `payload`.
wire_bytes make_wire_bytes(protocol::wire_format format, const std::string& payload);

/// One notification for many receivers: each wire format is encoded once, when the first receiver
/// wants it. Immutable from the outside; may be used by many threads at once.
class frame {
 public:
  virtual ~frame() = default;

  const wire_bytes& bytes(protocol::wire_format format) const;

 private:
  virtual std::string encode(protocol::wire_format format) const = 0;

  mutable std::array<std::once_flag, 2> encoded_;
  mutable std::array<wire_bytes, 2> bytes_;
};

using frame_ptr = std::shared_ptr<const frame>;

/// The frame of a notification.
template <class Notification>
class notification_frame final : public frame {
 public:
  explicit notification_frame(Notification notification) : notification_(std::move(notification)) {}

 private:
  std::string encode(protocol::wire_format format) const override {
    return protocol::encode_notification(format, notification_);
  }

  Notification notification_;
};

template <class Notification>
frame_ptr make_frame(Notification notification) {
  return std::make_shared<notification_frame<Notification>>(std::move(notification));
}

} // namespace klatsch
