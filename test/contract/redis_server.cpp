#include "test/contract/redis_server.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace klatsch::contract {

namespace {

struct context_deleter {
  void operator()(redisContext* context) const { redisFree(context); }
};

std::string to_text(const redisReply& reply) {
  switch (reply.type) {
  case REDIS_REPLY_INTEGER:
    return std::to_string(reply.integer);
  case REDIS_REPLY_NIL:
    return "(nil)";
  case REDIS_REPLY_ARRAY: {
    std::string text;
    for (std::size_t i = 0; i < reply.elements; ++i)
      text += (i ? " " : "") + to_text(*reply.element[i]);
    return text;
  }
  default:
    return std::string(reply.str, reply.len);
  }
}

} // namespace

redis_server::redis_server(const std::vector<std::string>& more)
    : arguments_{
          KLATSCH_REDIS_SERVER,
          "--port",
          "0",
          "--unixsocket",
          socket(),
          "--dir",
          folder_.file(""),
          "--appendonly",
          "yes",
          "--appendfsync",
          "always",
          "--save",
          ""} {
  arguments_.insert(arguments_.end(), more.begin(), more.end());
  start();
}

redis_server::redis_server(const sentinel_configuration& configuration)
    : arguments_{KLATSCH_REDIS_SERVER, folder_.file("sentinel.conf"), "--sentinel"} {
  std::ofstream file(arguments_[1]);
  file << "unixsocket " << socket() << "\ndir " << folder_.file("") << '\n';
  for (const auto& line : configuration.lines)
    file << line << '\n';
  file.close();
  start();
}

redis_server::~redis_server() {
  kill();
}

void redis_server::start() {
  if (process_ > 0)
    return;
  std::vector<char*> words;
  for (auto& argument : arguments_)
    words.push_back(argument.data());
  words.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::execv(KLATSCH_REDIS_SERVER, words.data());
    ::_exit(127);
  }
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!answers()) {
    if (::waitpid(process_, nullptr, WNOHANG) != 0 || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("redis-server does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void redis_server::kill() {
  if (process_ <= 0)
    return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

void redis_server::freeze() {
  ::kill(process_, SIGSTOP);
}

void redis_server::thaw() {
  ::kill(process_, SIGCONT);
}

bool redis_server::answers() {
  try {
    return ask({"PING"}) == "PONG";
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::string redis_server::ask(const std::vector<std::string>& words) {
  std::unique_ptr<redisContext, context_deleter> context(redisConnectUnix(socket().c_str()));
  if (!context || context->err)
    throw std::runtime_error("can't connect to redis-server");
  std::vector<const char*> pointers;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    pointers.push_back(word.data());
    sizes.push_back(word.size());
  }
  persistence::redis_reply reply(static_cast<redisReply*>(redisCommandArgv(
      context.get(), static_cast<int>(words.size()), pointers.data(), sizes.data())));
  if (!reply)
    throw std::runtime_error("no answer from redis-server");
  return to_text(*reply);
}

} // namespace klatsch::contract
