#include "bench/peers/epoll_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace klatsch::bench {

namespace {

bool may_go_on() {
  return errno == EAGAIN || errno == EINTR;
}

} // namespace

epoll_connection::~epoll_connection() {
  close(socket_);
}

bool epoll_connection::read() {
  std::array<char, 16384> buffer;
  auto got = recv(socket_, buffer.data(), buffer.size(), 0);
  if (got > 0)
    unread.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && may_go_on());
}

bool epoll_connection::write_now(shared_frame frame) {
  if (!waiting_.empty()) {
    queue(std::move(frame));
    return true;
  }
  auto sent = send(socket_, frame->data(), frame->size(), MSG_NOSIGNAL);
  if (sent < 0 && !may_go_on())
    return false;
  auto done = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
  if (done < frame->size()) {
    queue(std::move(frame));
    written_ = done;
  }
  return true;
}

bool epoll_connection::write_waiting() {
  std::array<iovec, 256> parts;
  std::size_t count = 0;
  for (; count < std::min(parts.size(), waiting_.size()); ++count) {
    auto skipped = count == 0 ? written_ : 0;
    parts[count].iov_base = const_cast<char*>(waiting_[count]->data()) + skipped;
    parts[count].iov_len = waiting_[count]->size() - skipped;
  }
  if (count == 0)
    return true;
  auto sent = writev(socket_, parts.data(), static_cast<int>(count));
  if (sent < 0)
    return may_go_on();
  drop(static_cast<std::size_t>(sent));
  return true;
}

void epoll_connection::drop(std::size_t bytes) {
  written_ += bytes;
  while (!waiting_.empty() && written_ >= waiting_.front()->size()) {
    written_ -= waiting_.front()->size();
    waiting_.pop_front();
  }
}

} // namespace klatsch::bench
