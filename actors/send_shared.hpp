#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>

namespace klatsch {

/// Sends what others get too: they share the one message, where `self->send` would copy it for
/// each.
template <class Self, class Handle>
void send_shared(Self* self, const Handle& to, const caf::message& message) {
  caf::actor_cast<caf::strong_actor_ptr>(to)->enqueue(
      self->ctrl(), caf::make_message_id(), message, self->context());
}

} // namespace klatsch
