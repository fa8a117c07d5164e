#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/connection_context.hpp"
#include "net/event_loop.hpp"

namespace klatsch::net {

/// Accepts connections on the first loop and deals them to all, one after the other. When the
/// system has no more descriptors it waits a moment, and says so once.
class listener {
 public:
  /// Binds and listens. Throws std::system_error that names the address. All arguments outlive it.
  listener(
      std::vector<std::shared_ptr<event_loop>> loops,
      connection_slots& slots,
      const connection_context& context);

  std::uint16_t port() const { return port_; }

  /// Begins to accept. From any thread, once.
  void start();

  /// Accepts no more. On the first loop's thread.
  void close();

 private:
  void accept();
  void on_accept_failed(const boost::system::error_code& error);

  const std::vector<std::shared_ptr<event_loop>> loops_;
  connection_slots& slots_;
  const connection_context& context_;
  asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type> acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::size_t next_ = 0;
  bool failing_ = false;
};

} // namespace klatsch::net
