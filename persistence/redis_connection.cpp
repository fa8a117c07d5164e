#include "persistence/redis_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <spdlog/spdlog.h>
#include <sys/time.h>

#include "persistence/redis_scripts.hpp"

namespace klatsch::persistence {

namespace {

constexpr auto shortest_pause = std::chrono::milliseconds(200);

timeval to_timeval(int milliseconds) {
  return {milliseconds / 1000, (milliseconds % 1000) * 1000};
}

void block_broken_pipe_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool says_no_script(const redis_reply& reply) {
  return reply && redis_value(reply.get()).is_error() &&
         redis_value(reply.get()).text().starts_with("NOSCRIPT");
}

} // namespace

redis_connection::redis_connection(const redis_options& options) : options_(options) {
  options_.timeout_ms = std::max(options_.timeout_ms, 1);
}

bool redis_connection::ready() {
  if (context_)
    return true;
  auto begin = clock::now();
  if (begin < next_attempt_)
    return false;
  bool connected = connect();
  auto end = clock::now();
  next_attempt_ = end + std::max<clock::duration>(shortest_pause, end - begin);
  return connected;
}

bool redis_connection::connect() {
  block_broken_pipe_signal();
  auto timeout = to_timeval(options_.timeout_ms);
  bool local = options_.host.starts_with('/');
  context_.reset(
      local ? redisConnectUnixWithTimeout(options_.host.c_str(), timeout)
            : redisConnectWithTimeout(options_.host.c_str(), options_.port, timeout));
  if (!context_) {
    trouble_ = "out of memory";
    return false;
  }
  if (context_->err != 0) {
    drop(context_->errstr);
    return false;
  }
  if (redisSetTimeout(context_.get(), timeout) != REDIS_OK) {
    drop("no timeout can be set");
    return false;
  }
  if (!local)
    redisEnableKeepAlive(context_.get());
  if (!log_in() || !load_scripts())
    return false;
  report_durability();
  return context_ != nullptr;
}

bool redis_connection::log_in() {
  if (options_.password.empty())
    return true;
  if (!append({{"AUTH", options_.password}}))
    return false;
  auto reply = receive();
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
    if (!append({{"SCRIPT", "LOAD", script.source}}))
      return false;
  }
  std::string refused;
  for (const auto& script : redis_scripts()) {
    auto reply = receive();
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

void redis_connection::report_durability() {
  if (!append({{"CONFIG", "GET", "append*"}}))
    return;
  auto reply = receive();
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
}

std::vector<redis_reply>
redis_connection::execute(std::span<const redis_command> commands, bool transaction) {
  auto execute_once = [&] {
    return transaction ? execute_transaction(commands) : execute_pipeline(commands);
  };
  auto replies = execute_once();
  // Redis has forgotten the scripts (SCRIPT FLUSH). Nothing of a transaction has been executed
  // then, and what only reads can be executed twice.
  if (std::any_of(replies.begin(), replies.end(), says_no_script) && load_scripts())
    replies = execute_once();
  return replies;
}

std::vector<redis_reply>
redis_connection::execute_pipeline(std::span<const redis_command> commands) {
  std::vector<redis_reply> replies(commands.size());
  for (const auto& command : commands)
    if (!append_script_call(command))
      return replies;
  for (auto& reply : replies)
    if (reply = receive(); !reply)
      break;
  return replies;
}

std::vector<redis_reply>
redis_connection::execute_transaction(std::span<const redis_command> commands) {
  std::vector<redis_reply> replies(commands.size());
  if (!append({{"MULTI"}}))
    return replies;
  for (const auto& command : commands)
    if (!append_script_call(command))
      return replies;
  if (!append({{"EXEC"}}))
    return replies;
  std::string refused;
  for (std::size_t i = 0; i < commands.size() + 1; ++i) {
    auto queued = receive();
    if (!queued)
      return replies;
    if (redis_value value(queued.get()); value.is_error() && refused.empty())
      refused = value.text();
  }
  auto executed = receive();
  if (!executed)
    return replies;
  if (executed->type != REDIS_REPLY_ARRAY || executed->elements != commands.size()) {
    trouble_ = !refused.empty() ? refused : "the transaction was refused";
    return replies;
  }
  for (std::size_t i = 0; i < commands.size(); ++i)
    replies[i].reset(std::exchange(executed->element[i], nullptr));
  return replies;
}

bool redis_connection::append(const std::vector<std::string_view>& words) {
  std::vector<const char*> pointers;
  std::vector<std::size_t> sizes;
  for (auto word : words) {
    pointers.push_back(word.data());
    sizes.push_back(word.size());
  }
  if (redisAppendCommandArgv(
          context_.get(), static_cast<int>(words.size()), pointers.data(), sizes.data()) ==
      REDIS_OK)
    return true;
  drop(context_->errstr);
  return false;
}

bool redis_connection::append_script_call(const redis_command& command) {
  auto count = std::to_string(command.keys.size());
  std::vector<std::string_view> words{"EVALSHA", hashes_[command.script], count};
  words.insert(words.end(), command.keys.begin(), command.keys.end());
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  return append(words);
}

redis_reply redis_connection::receive() {
  void* reply = nullptr;
  if (context_ && redisGetReply(context_.get(), &reply) == REDIS_OK && reply)
    return redis_reply(static_cast<redisReply*>(reply));
  if (context_) {
    // EAGAIN is how hiredis says that the timeout has passed.
    bool timeout = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
    drop(timeout ? "no answer in time" : context_->errstr);
  }
  return nullptr;
}

void redis_connection::drop(std::string reason) {
  trouble_ = std::move(reason);
  context_.reset();
}

} // namespace klatsch::persistence
