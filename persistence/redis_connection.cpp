#include "persistence/redis_connection.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "persistence/redis_scripts.hpp"

namespace klatsch::persistence {

namespace {

constexpr auto shortest_pause = std::chrono::milliseconds(200);

bool says_no_script(const redisReply* reply) {
  const redis_value value(reply);
  return value.is_error() && value.text().starts_with("NOSCRIPT");
}

/// Of commands, or of a transaction with them.
bool forgot_scripts(const std::vector<redis_reply>& replies) {
  return std::any_of(replies.begin(), replies.end(), [](const redis_reply& reply) {
    if (reply->type != REDIS_REPLY_ARRAY)
      return says_no_script(reply.get());
    return std::any_of(reply->element, reply->element + reply->elements, says_no_script);
  });
}

redis_options bounded(redis_options options) {
  options.timeout_ms = std::max(options.timeout_ms, 1);
  options.wait_replicas = std::max(options.wait_replicas, 0);
  // WAIT takes 0 for ever.
  options.wait_timeout_ms = std::max(options.wait_timeout_ms, 1);
  return options;
}

} // namespace

redis_connection::redis_connection(const redis_options& options)
    : options_(bounded(options)),
      sentinels_(options_.sentinels, options_.sentinel_master, options_.timeout_ms) {}

bool redis_connection::ready() {
  if (link_.is_open())
    return true;
  auto begin = clock::now();
  if (begin < next_attempt_)
    return false;
  new_connection_ =
      sentinels_.empty() ? connect({options_.host, options_.port}) : connect_through_sentinels();
  auto end = clock::now();
  next_attempt_ = end + std::max<clock::duration>(shortest_pause, end - begin);
  return new_connection_;
}

bool redis_connection::connect(const redis_address& address) {
  return link_.open(address, options_.timeout_ms) && log_in() &&
         (sentinels_.empty() || is_primary()) && load_scripts() && claim_format();
}

bool redis_connection::connect_through_sentinels() {
  // During a failover they may disagree, and name one that isn't the primary any more, or not yet.
  for (std::size_t asked = 0; asked < sentinels_.size(); ++asked) {
    auto primary = sentinels_.ask_next();
    if (!primary) {
      link_.close(sentinels_.trouble());
      continue;
    }
    if (connect(*primary)) {
      sentinels_.keep();
      auto found = primary->host + ":" + std::to_string(primary->port);
      if (std::exchange(primary_, found) != found)
        spdlog::info("store redis: the primary is {}", found);
      return true;
    }
  }
  return false;
}

bool redis_connection::is_primary() {
  if (!link_.append({"ROLE"}))
    return false;
  auto reply = link_.receive();
  if (!reply)
    return false;
  if (reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 &&
      reply->element[0]->type == REDIS_REPLY_STRING &&
      std::string_view(reply->element[0]->str) == "master")
    return true;
  drop("the Redis that a sentinel named is no primary");
  return false;
}

bool redis_connection::log_in() {
  if (options_.password.empty())
    return true;
  if (!link_.append({"AUTH", options_.password}))
    return false;
  auto reply = link_.receive();
  if (!reply)
    return false;
  if (redis_value value(reply.get()); value.is_error()) {
    drop("the password is refused: " + std::string(value.text().substr(0, value.text().find(' '))));
    return false;
  }
  return true;
}

bool redis_connection::load_scripts() {
  for (const auto& script : redis_scripts()) {
    if (!link_.append({"SCRIPT", "LOAD", script.source}))
      return false;
  }
  std::string refused;
  for (const auto& script : redis_scripts()) {
    auto reply = link_.receive();
    if (!reply)
      return false;
    if (reply->type == REDIS_REPLY_STRING)
      hashes_[script.name] = redis_value(reply.get()).text();
    else if (reply->type == REDIS_REPLY_ERROR)
      refused = redis_value(reply.get()).text();
    else
      refused = "SCRIPT LOAD was not answered with a hash";
  }
  if (!refused.empty())
    drop(refused);
  return refused.empty();
}

/// Before anything is asked: a log of another layout would be read as damage, and written to.
bool redis_connection::claim_format() {
  if (!append_command(make_format_claim(options_.prefix)))
    return false;
  auto reply = link_.receive();
  if (!reply)
    return false;
  const redis_value format(reply.get());
  if (format.is_error()) {
    drop(std::string(format.text()));
    return false;
  }
  if (reply->type == REDIS_REPLY_STRING && format.text() == format_of_keys)
    return true;
  drop(
      "what lies under " + options_.prefix + ": was written by another version of klatsch, see " +
      options_.prefix + ":format");
  return false;
}

void redis_connection::report_durability() {
  if (!std::exchange(new_connection_, false) || !link_.append({"CONFIG", "GET", "append*"}))
    return;
  auto reply = link_.receive();
  // Hosted services forbid CONFIG: then we can't know.
  if (!reply || reply->type != REDIS_REPLY_ARRAY)
    return;
  std::string appendonly = "?", appendfsync = "?";
  for (std::size_t i = 0; i + 1 < reply->elements; i += 2) {
    auto name = reply->element[i], value = reply->element[i + 1];
    if (name->type != REDIS_REPLY_STRING || value->type != REDIS_REPLY_STRING)
      return;
    if (std::string_view(name->str) == "appendonly")
      appendonly = value->str;
    else if (std::string_view(name->str) == "appendfsync")
      appendfsync = value->str;
  }
  auto found = "appendonly " + appendonly + ", appendfsync " + appendfsync;
  if (std::exchange(durability_, found) == found)
    return;
  if (appendonly == "yes" && appendfsync == "always")
    spdlog::info("store redis: {}: what is acknowledged survives a loss of power", found);
  else
    spdlog::warn(
        "store redis: {}: acknowledged messages can be lost; set appendonly yes and "
        "appendfsync always",
        found);
  if (!sentinels_.empty() && options_.wait_replicas == 0)
    spdlog::warn(
        "store redis: redis.wait-replicas is 0: a replica that takes over may not have what was "
        "acknowledged last");
}

void redis_connection::begin(std::span<const redis_command> commands, redis_execution how) {
  commands_ = commands;
  how_ = how;
  how_.confirm = how.confirm && options_.wait_replicas > 0;
  append_all();
}

bool redis_connection::append_all() {
  received_.clear();
  expected_ = commands_.size() + (how_.transaction ? 2 : 0) + (how_.confirm ? 1 : 0);
  if (how_.transaction && !link_.append({"MULTI"}))
    return false;
  for (const auto& command : commands_)
    if (!append_command(command))
      return false;
  if (how_.transaction && !link_.append({"EXEC"}))
    return false;
  if (!how_.confirm)
    return true;
  // It waits for all that Redis had replicated after the command before it, whoever wrote that: so
  // a resend that finds its message stored is confirmed as well.
  auto count = std::to_string(options_.wait_replicas);
  auto time = std::to_string(options_.wait_timeout_ms);
  return link_.append({"WAIT", count, time});
}

execution_progress redis_connection::send() {
  if (!link_.send_some())
    return execution_progress::blocks;
  return link_.is_open() ? execution_progress::waits : execution_progress::complete;
}

execution_progress redis_connection::receive() {
  link_.read_some();
  if (expected_ == 0 && link_.take())
    drop("an answer that nobody has asked for");
  while (!has_all()) {
    auto reply = link_.take();
    if (!reply)
      return link_.is_open() ? execution_progress::waits : execution_progress::complete;
    received_.push_back(std::move(reply));
  }
  return forgot_scripts(received_) ? execution_progress::blocks : execution_progress::complete;
}

std::chrono::milliseconds redis_connection::longest_silence() const {
  return std::chrono::milliseconds(
      options_.timeout_ms + (has_all_but_confirmation() ? options_.wait_timeout_ms : 0));
}

redis_replies redis_connection::finish() {
  auto receive_rest = [this] {
    while (!has_all()) {
      auto reply = has_all_but_confirmation() ? link_.receive_after(options_.wait_timeout_ms)
                                              : link_.receive();
      if (!reply)
        return;
      received_.push_back(std::move(reply));
    }
  };
  receive_rest();
  // Redis has forgotten the scripts (SCRIPT FLUSH). Nothing of a transaction has been executed
  // then, and what only reads can be executed twice.
  if (has_all() && forgot_scripts(received_) && load_scripts() && append_all())
    receive_rest();
  auto replies = take_replies();
  commands_ = {};
  received_.clear();
  expected_ = 0;
  return replies;
}

redis_replies redis_connection::take_replies() {
  redis_replies replies{std::vector<redis_reply>(commands_.size()), true};
  if (how_.transaction)
    take_transaction(replies.each);
  else
    std::move(
        received_.begin(),
        received_.begin() +
            static_cast<std::ptrdiff_t>(std::min(commands_.size(), received_.size())),
        replies.each.begin());
  if (how_.confirm)
    replies.confirmed = has_all() && is_confirmed(received_.back());
  return replies;
}

void redis_connection::take_transaction(std::vector<redis_reply>& replies) {
  const auto queued = replies.size() + 1;
  if (received_.size() <= queued)
    return;
  auto& executed = received_[queued];
  if (executed->type == REDIS_REPLY_ARRAY && executed->elements == replies.size()) {
    for (std::size_t i = 0; i < replies.size(); ++i)
      replies[i].reset(std::exchange(executed->element[i], nullptr));
    return;
  }
  std::string refused = "the transaction was refused";
  for (auto i = queued; i-- != 0;)
    if (redis_value value(received_[i].get()); value.is_error())
      refused = value.text();
  link_.set_trouble(refused);
}

bool redis_connection::is_confirmed(const redis_reply& reply) {
  redis_value value(reply.get());
  if (value.is_error()) {
    link_.set_trouble(std::string(value.text()));
    return false;
  }
  auto confirmed = value.number();
  if (confirmed >= options_.wait_replicas)
    return true;
  link_.set_trouble(
      std::to_string(confirmed) + " of " + std::to_string(options_.wait_replicas) +
      " replicas confirmed a write in time");
  return false;
}

bool redis_connection::append_command(const redis_command& command) {
  const auto count = std::to_string(command.keys.size());
  std::vector<std::string_view> words;
  words.reserve(3 + command.keys.size() + command.arguments.size());
  if (command.is_script)
    words.insert(words.end(), {"EVALSHA", hashes_[command.name], count});
  else
    words.push_back(command.name);
  words.insert(words.end(), command.keys.begin(), command.keys.end());
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  return link_.append(words);
}

} // namespace klatsch::persistence
