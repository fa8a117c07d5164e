#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "persistence/redis_command.hpp"
#include "persistence/redis_reply.hpp"

namespace klatsch::persistence {

/// The commands that execute a group of requests: one for each, after a check for some; but one for
/// messages to the same room that stand beside each other, or with nothing but messages to other
/// rooms between them. A script costs several times what an append does, so that a busy room is
/// stored faster so.
class redis_plan {
 public:
  /// Of the group only what stands at `positions`, which is well-formed.
  redis_plan(
      const std::string& prefix,
      std::span<const store_request> group,
      const std::vector<std::size_t>& positions,
      bool fencing);

  const std::vector<redis_command>& commands() const { return commands_; }

  /// The last of the replies that the request at this index of `positions` needs.
  std::size_t reply_of(std::size_t index) const { return places_[index].command; }

  /// What was answered, and by which command.
  struct answer {
    const redis_command& command;
    redis_value value;
  };

  /// The request's part of the replies to the commands, as long as they live; nothing where there
  /// is not what it is about.
  std::optional<answer> answer_to(std::size_t index, const std::vector<redis_reply>& replies) const;

 private:
  struct place {
    std::size_t command;
    /// Among the messages of the command.
    std::size_t message;
    /// The command that says whether there is what the request is about.
    std::optional<std::size_t> check;
  };
  struct open_append {
    std::size_t command;
    std::int64_t epoch;
    std::size_t messages;
  };

  /// Redis serves nobody else while it executes a script.
  static constexpr std::size_t most_messages = 64;

  void add(const std::string& prefix, const store_request& request);
  void add_message_to(const std::string& prefix, const append_message& request);

  std::vector<redis_command> commands_;
  std::vector<place> places_;
  /// By room: the command to which its next message can be added.
  std::unordered_map<std::string, open_append> open_;
};

} // namespace klatsch::persistence
