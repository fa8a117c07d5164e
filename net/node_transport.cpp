#include "net/node_transport.hpp"

#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/node_id.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/openssl/publish.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/type_ids.hpp"

namespace klatsch::net {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using outcome = dial_report::outcome;
using error_code = boost::system::error_code;

namespace {

// CAF names a connection by the number of its socket, and forgets a closed one a moment after the
// number is free again: a new connection with the same number would be forgotten with it.
constexpr std::chrono::milliseconds pause_before_connecting{50};

/// CAF 0.17 counts the time of a new connection from the beginning of time, so that its next
/// heartbeat cuts a handshake that is still under way. Tried again at once, it has a whole
/// interval.
void report_cut(dial_report report, const membership_actor& receiver) {
  spdlog::info(
      "cluster: the link to node {} was not ready by the next heartbeat, which cut it; it is tried "
      "again",
      report.id);
  report.result = outcome::too_slow;
  caf::anon_send(receiver, std::move(report));
}

/// Asks CAF for the actor that is published there. Lives until the answer.
void connect_by_caf(
    caf::actor_system& system,
    const persistence::node_record& node,
    std::chrono::milliseconds timeout,
    const membership_actor& receiver) {
  auto ask = [=](caf::event_based_actor* self) {
    const dial_report failed{node.id, node.epoch, outcome::failed, {}};
    self->request(
            self->system().openssl_manager().actor_handle(), timeout, caf::connect_atom::value,
            node.address, static_cast<std::uint16_t>(node.port))
        .then(
            [=](const caf::node_id&, const caf::strong_actor_ptr& peer,
                const std::set<std::string>&) {
              auto report = failed;
              if (peer) {
                report.result = outcome::connected;
                report.peer = caf::actor_cast<membership_actor>(peer);
              }
              caf::anon_send(receiver, report);
            },
            [=](const caf::error& error) {
              if (error == caf::sec::connection_timeout)
                return report_cut(failed, receiver);
              spdlog::warn(
                  "cluster: no link to node {} at {}:{}: {} (do both have the same node.secret?)",
                  node.id, node.address, node.port, self->system().render(error));
              caf::anon_send(receiver, failed);
            });
  };
  system.spawn<caf::hidden>(ask);
}

/// One attempt: finds out by TCP, within a deadline, whether anybody listens.
class probe : public std::enable_shared_from_this<probe> {
 public:
  using done = std::function<void(const error_code&)>;

  probe(asio::io_context& io, done when_done)
      : resolver_(io), socket_(io), timer_(io), done_(std::move(when_done)) {}

  void start(const std::string& address, std::int64_t port, std::chrono::milliseconds timeout) {
    timer_.expires_after(timeout);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error)
        self->finish(asio::error::timed_out);
    });
    resolver_.async_resolve(
        address, std::to_string(port),
        [self =
             shared_from_this()](const error_code& error, const tcp::resolver::results_type& at) {
          if (error)
            return self->finish(error);
          asio::async_connect(
              self->socket_, at,
              [self](const error_code& failure, const tcp::endpoint&) { self->finish(failure); });
        });
  }

 private:
  void finish(const error_code& error) {
    if (!done_)
      return;
    std::exchange(done_, nullptr)(error);
    timer_.cancel();
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

  tcp::resolver resolver_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  done done_;
};

} // namespace

struct node_transport::parts {
  caf::actor_system& system;
  node_transport::options options;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{asio::make_work_guard(io)};
  std::thread thread{[this] { io.run(); }};
};

node_transport::node_transport(caf::actor_system& system, options given)
    : parts_(new parts{system, std::move(given)}) {}

node_transport::~node_transport() {
  stop();
}

void node_transport::publish(const membership_actor& membership) {
  auto& [listen, port, timeout] = parts_->options;
  auto published = caf::openssl::publish(membership, port, listen.c_str(), true);
  if (!published)
    throw std::runtime_error(
        "the port for other nodes, " + listen + ":" + std::to_string(port) +
        ", can't be had (node.listen, node.port): " + parts_->system.render(published.error()));
  spdlog::info("cluster: other nodes are awaited on {} port {}", listen, *published);
}

void node_transport::dial(
    const persistence::node_record& node, bool connect, const membership_actor& receiver) {
  const auto timeout = parts_->options.timeout;
  auto finish = [node, connect, receiver, timeout, &system = parts_->system,
                 &io = parts_->io](const error_code& error) {
    if (!error && connect) {
      auto timer = std::make_shared<asio::steady_timer>(io, pause_before_connecting);
      timer->async_wait([node, receiver, timeout, timer, &system](const error_code& stopped) {
        if (!stopped)
          connect_by_caf(system, node, timeout, receiver);
      });
      return;
    }
    const bool refused = error == asio::error::connection_refused;
    caf::anon_send(
        receiver,
        dial_report{node.id, node.epoch, refused ? outcome::refused : outcome::failed, {}});
  };
  asio::post(parts_->io, [=, &io = parts_->io] {
    std::make_shared<probe>(io, finish)->start(node.address, node.port, timeout);
  });
}

void node_transport::forget_actors(const membership_actor& of) {
  auto& middleman = parts_->system.middleman();
  middleman.run_later([&middleman, node = of.node()] {
    auto broker = middleman.named_broker<caf::io::basp_broker>(caf::atom("BASP"));
    static_cast<caf::io::basp_broker*>(caf::actor_cast<caf::abstract_actor*>(broker))
        ->proxies()
        .erase(node);
  });
}

void node_transport::stop() {
  parts_->io.stop();
  if (parts_->thread.joinable())
    parts_->thread.join();
}

} // namespace klatsch::net
