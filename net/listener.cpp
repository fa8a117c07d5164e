#include "net/listener.hpp"

#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "net/http_connection.hpp"

namespace klatsch::net {

namespace {

constexpr std::chrono::milliseconds pause_after_failure{100};

} // namespace

listener::listener(
    std::vector<std::shared_ptr<event_loop>> loops,
    connection_slots& slots,
    const connection_context& context)
    : loops_(std::move(loops)), slots_(slots), context_(context), acceptor_(loops_[0]->io()),
      pause_(loops_[0]->io()) {
  const auto& options = context_.options;
  try {
    const asio::ip::tcp::endpoint endpoint{asio::ip::make_address(options.address), options.port};
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address{true});
    acceptor_.bind(endpoint);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    throw std::system_error{
        error.code().value(), std::generic_category(),
        "can't listen on " + options.address + " port " + std::to_string(options.port)};
  }
}

void listener::start() {
  asio::post(loops_[0]->io(), [this] { accept(); });
}

void listener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void listener::accept() {
  auto loop = loops_[next_];
  next_ = (next_ + 1) % loops_.size();
  auto& io = loop->io();
  acceptor_.async_accept(
      io, [this, loop = std::move(loop)](
              const boost::system::error_code& error, tcp_socket socket) mutable {
        if (!acceptor_.is_open())
          return;
        if (error)
          return on_accept_failed(error);
        failing_ = false;
        if (auto slot = slots_.take()) {
          auto& target = loop->io();
          asio::post(
              target, [loop = std::move(loop), socket = std::move(socket), slot = std::move(slot),
                       &context = context_]() mutable {
                start_http_connection(std::move(loop), std::move(socket), std::move(slot), context);
              });
        }
        accept();
      });
}

void listener::on_accept_failed(const boost::system::error_code& error) {
  if (error == asio::error::connection_aborted)
    return accept();
  if (!std::exchange(failing_, true))
    spdlog::error("can't accept connections: {}", error.message());
  pause_.expires_after(pause_after_failure);
  pause_.async_wait([this](const boost::system::error_code& canceled) {
    if (!canceled && acceptor_.is_open())
      accept();
  });
}

} // namespace klatsch::net
