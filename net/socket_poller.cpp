#include "net/socket_poller.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/serve_in_batches.hpp"

namespace klatsch::net {

namespace {

int make_epoll() {
  const auto epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0)
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return epoll;
}

} // namespace

socket_poller::socket_poller(asio::io_context& io, socket_batch& batch)
    : io_(io), batch_(batch), epoll_(io, make_epoll()) {
  wait();
}

socket_poller::~socket_poller() = default;

bool socket_poller::watch(polled_socket& socket) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &socket;
  return epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket.native_handle(), &event) == 0;
}

void socket_poller::read_soon(polled_socket& socket) {
  to_read_.push_back(socket);
  if (std::exchange(reads_soon_, true))
    return;
  asio::post(io_, [this] { read_all(); });
}

void socket_poller::end_soon(
    std::unique_ptr<polled_socket::read> read, boost::system::error_code error) {
  asio::post(io_, [read = std::move(read), error]() mutable {
    polled_socket::read::end(std::move(read), error, 0);
  });
}

void socket_poller::stop() {
  boost::system::error_code ignored;
  epoll_.close(ignored);
}

void socket_poller::wait() {
  epoll_.async_wait(
      asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
        if (error)
          return;
        take_events();
        wait();
      });
}

void socket_poller::take_events() {
  // More than that have their turn after what else the loop has to do.
  std::array<epoll_event, socket_batch::most_sockets> events;
  const auto count =
      epoll_wait(epoll_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  // Nobody is called who could end a socket of which an event is still to come.
  reads_soon_ = true;
  for (int i = 0; i < count; ++i)
    static_cast<polled_socket*>(events[i].data.ptr)->note(events[i].events);
  read_all();
}

void socket_poller::read_all() {
  reads_soon_ = false;
  // Who has more than a read takes is asked again when others have had their turn.
  socket_list turn;
  turn.swap(to_read_);
  serve_in_batches(turn, batch_, [](polled_socket& socket) { socket.complete(); });
}

} // namespace klatsch::net
