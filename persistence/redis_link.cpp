#include "persistence/redis_link.hpp"

#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <sys/time.h>

namespace klatsch::persistence {

namespace {

timeval to_timeval(int milliseconds) {
  return {milliseconds / 1000, (milliseconds % 1000) * 1000};
}

void block_broken_pipe_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

} // namespace

bool redis_link::open(const redis_address& address, int timeout_ms) {
  block_broken_pipe_signal();
  timeout_ms_ = timeout_ms;
  auto timeout = to_timeval(timeout_ms);
  bool local = address.host.starts_with('/');
  context_.reset(
      local ? redisConnectUnixWithTimeout(address.host.c_str(), timeout)
            : redisConnectWithTimeout(address.host.c_str(), address.port, timeout));
  if (!context_) {
    trouble_ = "out of memory";
    return false;
  }
  if (context_->err != 0) {
    close(context_->errstr);
    return false;
  }
  if (redisSetTimeout(context_.get(), timeout) != REDIS_OK) {
    close("no timeout can be set");
    return false;
  }
  if (!local)
    redisEnableKeepAlive(context_.get());
  return true;
}

bool redis_link::append(const std::vector<std::string_view>& words) {
  if (!context_)
    return false;
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
  close(context_->errstr);
  return false;
}

redis_reply redis_link::receive() {
  set_blocking(true);
  void* reply = nullptr;
  if (context_ && redisGetReply(context_.get(), &reply) == REDIS_OK && reply)
    return redis_reply(static_cast<redisReply*>(reply));
  if (context_) {
    // EAGAIN is how hiredis says that the timeout has passed.
    bool timeout = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
    close(timeout ? "no answer in time" : context_->errstr);
  }
  return nullptr;
}

redis_reply redis_link::receive_after(int longer_ms) {
  // Only a connection that blocks takes one.
  set_blocking(true);
  if (!context_)
    return nullptr;
  if (redisSetTimeout(context_.get(), to_timeval(timeout_ms_ + longer_ms)) != REDIS_OK) {
    close("no timeout can be set");
    return nullptr;
  }
  auto reply = receive();
  if (context_)
    redisSetTimeout(context_.get(), to_timeval(timeout_ms_));
  return reply;
}

bool redis_link::send_some() {
  set_blocking(false);
  int all = 0;
  if (context_ && redisBufferWrite(context_.get(), &all) == REDIS_OK)
    return all != 0;
  if (context_)
    close(context_->errstr);
  return true;
}

void redis_link::read_some() {
  set_blocking(false);
  if (context_ && redisBufferRead(context_.get()) != REDIS_OK)
    close(context_->errstr);
}

redis_reply redis_link::take() {
  void* reply = nullptr;
  if (context_ && redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK)
    close(context_->errstr);
  return redis_reply(static_cast<redisReply*>(reply));
}

int redis_link::descriptor() {
  set_blocking(false);
  return context_ ? context_->fd : -1;
}

/// hiredis has a flag for it, and reads and writes by the descriptor's own.
void redis_link::set_blocking(bool blocking) {
  if (!context_ || blocking == ((context_->flags & REDIS_BLOCK) != 0))
    return;
  // Perhaps another thread than the one that connected.
  block_broken_pipe_signal();
  const int flags = fcntl(context_->fd, F_GETFL);
  if (flags < 0 ||
      fcntl(context_->fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
    return close("the socket's mode can't be changed");
  if (blocking)
    context_->flags |= REDIS_BLOCK;
  else
    context_->flags &= ~REDIS_BLOCK;
}

void redis_link::close(std::string reason) {
  trouble_ = std::move(reason);
  context_.reset();
}

} // namespace klatsch::persistence
