#include "persistence/store_redis.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "persistence/foreign_content.hpp"
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
  try {
    if (connection_.ready())
      connection_.report_durability();
  } catch (const std::exception& e) {
    connection_.drop(e.what());
  }
  prepare(group);
  return finish();
}

void redis_store::prepare(std::span<const store_request> group) {
  group_ = group;
  results_.assign(group.size(), store_error::unavailable);
  positions_.clear();
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (well_formed(group[i]))
      positions_.push_back(i);
    else
      results_[i] = store_error::not_found;
  }
  if (positions_.empty() || !connection_.is_open())
    return;
  try {
    plan_.emplace(prefix_, group, positions_, fencing_);
    // A Redis whose memory is full takes no transactions; what only reads goes on without one.
    redis_execution how;
    how.transaction =
        plan_->commands().size() > 1 && std::any_of(group.begin(), group.end(), writes);
    how.confirm = std::any_of(group.begin(), group.end(), needs_confirmation);
    connection_.begin(plan_->commands(), how);
  } catch (const std::exception& e) {
    connection_.drop(e.what());
  }
}

execution_progress redis_store::begin(std::span<const store_request> group) {
  prepare(group);
  if (!plan_)
    return execution_progress::complete;
  return connection_.send();
}

execution_progress redis_store::advance() {
  try {
    return connection_.receive();
  } catch (const std::exception& e) {
    connection_.drop(e.what());
    return execution_progress::complete;
  }
}

void redis_store::give_up() {
  connection_.drop("no answer in time");
}

std::vector<store_result> redis_store::finish() {
  if (!positions_.empty()) {
    try {
      if (plan_)
        take_results(connection_.finish());
      else
        faults_.down(connection_.trouble());
    } catch (const std::exception& e) {
      // Replies may be outstanding: they must not be taken for those of the next group.
      connection_.drop(e.what());
      faults_.down(e.what());
    }
  }
  plan_.reset();
  group_ = {};
  return std::move(results_);
}

void redis_store::take_results(redis_replies replies) {
  bool written = false;
  std::string refusal;
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    const auto& reply = replies.each[plan_->reply_of(i)];
    if (!reply) {
      refusal = connection_.trouble();
      break;
    }
    const auto& request = group_[positions_[i]];
    const auto answer = plan_->answer_to(i, replies.each);
    if (answer && answer->value.is_error() && is_refusal(answer->value.text())) {
      refusal = answer->value.text();
      continue;
    }
    if (!replies.confirmed && needs_confirmation(request)) {
      refusal = connection_.trouble();
      continue;
    }
    results_[positions_[i]] = answer ? read_reply(request, answer->command, answer->value)
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
