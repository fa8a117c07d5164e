#pragma once

#include <string>

#include "actors/answer.hpp"
#include "actors/messages.hpp"

namespace klatsch {

/// Messages to one room that a client has sent in one batch: they go to the room as one message.
struct gathered_sends {
  std::string room;
  say message;
  answer_slot slot;
};

} // namespace klatsch
