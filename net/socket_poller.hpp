#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>

#include "net/polled_socket.hpp"
#include "net/socket_batch.hpp"

namespace klatsch::net {

/// Which of an event loop's sockets have something to read, by an epoll of its own that the loop's
/// io_context watches: what they have is read as one batch, so that many clients that send at the
/// same time cost few system calls. Belongs to the loop's thread.
class socket_poller {
 public:
  /// Both outlive it. Throws std::system_error when the process can open no more files.
  socket_poller(asio::io_context& io, socket_batch& batch);
  ~socket_poller();
  socket_poller(const socket_poller&) = delete;
  socket_poller& operator=(const socket_poller&) = delete;

  /// When there are no sockets any more: the io_context is kept from its end as long as it watches.
  /// Idempotent.
  void stop();

 private:
  friend class polled_socket;

  using socket_list = boost::intrusive::list<
      polled_socket,
      boost::intrusive::base_hook<unread_hook>,
      boost::intrusive::constant_time_size<false>>;

  asio::io_context::executor_type get_executor() { return io_.get_executor(); }

  /// Until it is closed. False when the kernel has no memory for it.
  bool watch(polled_socket& socket);
  /// It has a read, and perhaps something to give.
  void read_soon(polled_socket& socket);
  /// Calls the handler from the loop.
  void end_soon(std::unique_ptr<polled_socket::read> read, boost::system::error_code error);

  void wait();
  void take_events();
  void read_all();

  asio::io_context& io_;
  socket_batch& batch_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> epoll_;
  socket_list to_read_;
  bool reads_soon_ = false;
};

} // namespace klatsch::net
