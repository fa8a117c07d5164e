#include "net/polled_socket.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include <boost/asio/post.hpp>

#include "net/socket_poller.hpp"

namespace klatsch::net {

polled_socket::polled_socket(socket_poller& poller, int descriptor) : descriptor_(descriptor) {
  if (poller.watch(*this))
    return;
  // Of its end nobody would be told: so it ends now, which the first read finds.
  ::shutdown(descriptor_, SHUT_RDWR);
  readable_ = always_readable_ = true;
}

polled_socket::~polled_socket() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

polled_socket::executor_type polled_socket::get_executor() const noexcept {
  return poller().get_executor();
}

void polled_socket::start_read(std::unique_ptr<read> begun) {
  read_ = std::move(begun);
  if (descriptor_ < 0)
    return poller().end_soon(std::move(read_), asio::error::operation_aborted);
  if (read_->size == 0)
    return poller().end_soon(std::move(read_), {});
  if (readable_)
    poller().read_soon(*this);
}

void polled_socket::shutdown_send() {
  ::shutdown(descriptor_, SHUT_WR);
}

bool polled_socket::forget_read() {
  if (!read_ || readable_ || unread_hook::is_linked())
    return false;
  read_.reset();
  return true;
}

void polled_socket::close() {
  if (descriptor_ < 0)
    return;
  unread_hook::unlink();
  ::close(descriptor_);
  descriptor_ = -1;
  if (read_)
    poller().end_soon(std::move(read_), asio::error::operation_aborted);
}

void polled_socket::note(std::uint32_t events) {
  if ((events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
    readable_ = true;
    always_readable_ = always_readable_ || (events & ~(EPOLLIN | EPOLLOUT)) != 0;
    if (!read_)
      on_readable();
    else if (!unread_hook::is_linked())
      poller().read_soon(*this);
  }
  // Who waits for a socket that has an error finds it by the next write.
  if (waits_to_write_ && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
    waits_to_write_ = false;
    on_writable();
  }
}

bool polled_socket::add_to(socket_batch& reads) {
  reads.add_socket(descriptor_, socket_batch::action::receive);
  read_->add_to(reads);
  return true;
}

void polled_socket::take_result(int result) {
  read_->result = result;
  // A stream that has given less than it was asked for has no more; what comes is told of anew.
  readable_ = always_readable_ || result == static_cast<int>(read_->size) || result == -EINTR;
}

void polled_socket::complete() {
  const auto result = read_->result;
  if (result == -EINTR)
    return poller().read_soon(*this);
  if (result == -EAGAIN || result == -EWOULDBLOCK)
    return;
  if (result > 0)
    return read::end(std::move(read_), {}, static_cast<std::size_t>(result));
  const boost::system::error_code failed{-result, boost::system::system_category()};
  read::end(std::move(read_), result == 0 ? asio::error::eof : failed, 0);
}

} // namespace klatsch::net
