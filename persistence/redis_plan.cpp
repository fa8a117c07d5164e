#include "persistence/redis_plan.hpp"

#include <utility>

#include "persistence/request_kind.hpp"

namespace klatsch::persistence {

redis_plan::redis_plan(
    const std::string& prefix,
    std::span<const store_request> group,
    const std::vector<std::size_t>& positions,
    bool fencing) {
  places_.reserve(positions.size());
  for (auto position : positions)
    add(prefix, group[position]);
  if (!fencing)
    for (std::size_t i = 0; i < positions.size(); ++i)
      // Once for each command, and behind all messages that share it.
      if (is_fenced(group[positions[i]]) && places_[i].message == 0)
        commands_[places_[i].command].arguments.push_back("unfenced");
}

void redis_plan::add(const std::string& prefix, const store_request& request) {
  if (const auto* message = std::get_if<append_message>(&request))
    return add_message_to(prefix, *message);
  // What comes after it must not be done before it.
  open_.clear();
  std::optional<std::size_t> check;
  if (auto exists = make_existence_check(prefix, request)) {
    check = commands_.size();
    commands_.push_back(std::move(*exists));
  }
  commands_.push_back(make_command(prefix, request));
  places_.push_back({commands_.size() - 1, 0, check});
}

void redis_plan::add_message_to(const std::string& prefix, const append_message& request) {
  auto found = open_.find(request.room);
  if (found != open_.end() && found->second.epoch == request.epoch &&
      found->second.messages < most_messages) {
    auto& append = found->second;
    add_message(commands_[append.command], request);
    places_.push_back({append.command, append.messages++, std::nullopt});
    return;
  }
  commands_.push_back(make_command(prefix, request));
  places_.push_back({commands_.size() - 1, 0, std::nullopt});
  open_.insert_or_assign(request.room, open_append{commands_.size() - 1, request.epoch, 1});
}

std::optional<redis_plan::answer>
redis_plan::answer_to(std::size_t index, const std::vector<redis_reply>& replies) const {
  const auto& [command, message, check] = places_[index];
  if (check) {
    const redis_value exists(replies[*check].get());
    if (exists.is_error())
      return answer{commands_[*check], exists};
    if (exists.number() == 0)
      return std::nullopt;
  }
  const redis_value reply(replies[command].get());
  const bool is_whole =
      !appends_several(commands_[command]) || reply.is_error() || reply.is_status();
  return answer{commands_[command], is_whole ? reply : reply[message]};
}

} // namespace klatsch::persistence
