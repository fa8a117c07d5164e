#include "persistence/store_redis.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "persistence/foreign_content.hpp"
#include "persistence/redis_plan.hpp"
#include "persistence/redis_refusal.hpp"
#include "persistence/redis_result.hpp"
#include "persistence/request_kind.hpp"
#include "persistence/well_formed.hpp"

namespace klatsch::persistence {

namespace {

std::string in_keys(const redis_command& command, std::string_view what) {
  auto text = std::string(what) + ", by " + std::string(command.name) + " in";
  for (const auto& key : command.keys)
    text += " " + key;
  return text;
}

} // namespace

redis_store::redis_store(const redis_options& options)
    : prefix_(options.prefix), fencing_(options.fencing), connection_(options), faults_("redis") {
  if (!fencing_)
    spdlog::warn("store redis: fencing is switched off: messages will be stored twice");
}

std::vector<store_result> redis_store::execute(std::span<const store_request> group) {
  std::vector<store_result> results(group.size(), store_error::unavailable);
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (well_formed(group[i]))
      positions.push_back(i);
    else
      results[i] = store_error::not_found;
  }
  if (positions.empty())
    return results;
  try {
    if (connection_.ready()) {
      connection_.report_durability();
      execute_commands(group, positions, results);
    } else {
      faults_.down(connection_.trouble());
    }
  } catch (const std::exception& e) {
    // Replies may be outstanding: they must not be taken for those of the next group.
    connection_.drop(e.what());
    faults_.down(e.what());
  }
  return results;
}

void redis_store::execute_commands(
    std::span<const store_request> group,
    const std::vector<std::size_t>& positions,
    std::vector<store_result>& results) {
  const redis_plan plan(prefix_, group, positions, fencing_);
  // A Redis whose memory is full takes no transactions; what only reads goes on without one.
  redis_execution how;
  how.transaction = plan.commands().size() > 1 && std::any_of(group.begin(), group.end(), writes);
  how.confirm = std::any_of(group.begin(), group.end(), needs_confirmation);
  auto replies = connection_.execute(plan.commands(), how);
  bool written = false;
  std::string refusal;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const auto& reply = replies.each[plan.reply_of(i)];
    if (!reply) {
      refusal = connection_.trouble();
      break;
    }
    const auto& request = group[positions[i]];
    const auto answer = plan.answer_to(i, replies.each);
    if (answer && answer->value.is_error() && is_refusal(answer->value.text())) {
      refusal = answer->value.text();
      continue;
    }
    if (!replies.confirmed && needs_confirmation(request)) {
      refusal = connection_.trouble();
      continue;
    }
    results[positions[i]] = answer ? read_reply(request, answer->command, answer->value)
                                   : store_result{store_error::not_found};
    written = written || needs_memory(request);
  }
  if (!refusal.empty()) {
    if (needs_reconnect(refusal))
      connection_.drop(refusal);
    faults_.down(refusal);
  } else if (written) {
    // A store that can only be read, its memory being full, is not up.
    faults_.up();
  }
}

store_result redis_store::read_reply(
    const store_request& request, const redis_command& command, redis_value value) {
  try {
    if (!value.is_error())
      return make_result(request, value);
    faults_.damaged(in_keys(command, value.text()));
  } catch (const foreign_content& e) {
    faults_.damaged(in_keys(command, e.what()));
  }
  return store_error::unavailable;
}

std::unique_ptr<store> make_redis_store(const redis_options& options) {
  return std::make_unique<redis_store>(options);
}

} // namespace klatsch::persistence
