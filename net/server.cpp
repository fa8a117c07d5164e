#include "net/server.hpp"

#include <algorithm>
#include <future>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "net/connection_context.hpp"
#include "net/event_loop.hpp"
#include "net/listener.hpp"
#include "net/session_link.hpp"
#include "net/store_on_loop.hpp"

namespace klatsch::net {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_tick{1000};
constexpr milliseconds shortest_tick{10};
/// For the actors of a thread to end, after its last connection.
constexpr milliseconds actors_deadline{5000};
constexpr milliseconds default_stop_deadline{1000};

milliseconds tick_for(const server_options& options) {
  const auto shortest =
      std::min({options.idle_timeout, options.header_timeout, options.close_timeout});
  return std::clamp(std::min(shortest / 4, options.rest_after), shortest_tick, longest_tick);
}

} // namespace

struct server::parts {
  parts(
      caf::actor_system& system,
      server_options&& given,
      server_callbacks&& callbacks,
      const session_environment& environment,
      metrics& counters)
      : options(std::move(given)), site(options, std::move(callbacks), counters),
        slots(options.max_connections), context{options, site, environment, slots} {
    for (std::size_t i = 0; i != std::max<std::size_t>(options.threads, 1); ++i)
      loops.push_back(std::make_shared<event_loop>(
          system, counters,
          event_loop_options{
              tick_for(options), options.pending_events, options.write_delay, options.io_uring,
              options.outbox}));
    acceptor = std::make_unique<listener>(loops, slots, context);
    for (auto& loop : loops) {
      hubs.push_back(start_hub(*loop, environment));
      loop->start();
    }
  }

  const server_options options;
  routes site;
  connection_slots slots;
  const connection_context context;
  std::vector<std::shared_ptr<event_loop>> loops;
  std::unique_ptr<listener> acceptor;
  std::vector<caf::strong_actor_ptr> hubs;
  std::shared_ptr<store_on_loop> store;
  bool stopped = false;
};

server::server(
    caf::actor_system& system,
    server_options options,
    server_callbacks callbacks,
    const session_environment& environment,
    metrics& counters)
    : parts_(std::make_unique<parts>(
          system, std::move(options), std::move(callbacks), environment, counters)) {}

server::~server() {
  stop(default_stop_deadline);
}

void server::host(const running_store& store) {
  // With several threads each would wait for the one that has the store.
  if (parts_->loops.size() != 1)
    return;
  parts_->store = std::make_shared<store_on_loop>(*parts_->loops.front());
  parts_->store->join(store);
}

void server::start() {
  parts_->acceptor->start();
  spdlog::info("listening on {} port {}", parts_->options.address, port());
}

std::uint16_t server::port() const {
  return parts_->acceptor->port();
}

bool server::responds(milliseconds deadline) const {
  const auto until = std::chrono::steady_clock::now() + deadline;
  std::vector<std::future<void>> answers;
  auto make_task = [&] {
    auto answer = std::make_shared<std::promise<void>>();
    answers.push_back(answer->get_future());
    return [answer] { answer->set_value(); };
  };
  for (auto& loop : parts_->loops)
    asio::post(loop->io(), make_task());
  parts_->loops.front()->system().spawn(make_task());
  return std::all_of(answers.begin(), answers.end(), [until](auto& answer) {
    return answer.wait_until(until) == std::future_status::ready;
  });
}

void server::send_clients_away() {
  for (auto& loop : parts_->loops)
    asio::post(loop->io(), [loop = loop.get()] { loop->send_away(); });
}

void server::drain() {
  // Still listening, so that a proxy hears that this node is not ready, and not that it is dead.
  parts_->site.stopping();
  send_clients_away();
}

void server::stop(milliseconds deadline) {
  if (std::exchange(parts_->stopped, true))
    return;
  auto& [options, site, slots, context, loops, acceptor, hubs, store, stopped] = *parts_;
  const auto until = std::chrono::steady_clock::now() + deadline;
  spdlog::info("stopping: {} connections", slots.taken());
  site.stopping();
  if (store)
    store->leave();
  asio::post(loops[0]->io(), [listening = acceptor.get()] { listening->close(); });
  for (auto& loop : loops)
    asio::post(loop->io(), [ending = loop.get()] { ending->stop_connections(); });
  for (auto& hub : hubs)
    caf::anon_send_exit(hub, caf::exit_reason::user_shutdown);
  for (auto& loop : loops)
    loop->finish();
  auto all_finished = [&loops = loops](std::chrono::steady_clock::time_point until) {
    return std::all_of(
        loops.begin(), loops.end(), [until](auto& loop) { return loop->wait_finished(until); });
  };
  if (!all_finished(until)) {
    spdlog::warn("dropping {} connections that did not close in time", slots.taken());
    for (auto& loop : loops)
      // A plain pointer: a loop that has ended already would keep itself alive by what it was sent.
      asio::post(loop->io(), [ending = loop.get()] { ending->abandon_connections(); });
    if (!all_finished(std::chrono::steady_clock::now() + actors_deadline)) {
      spdlog::critical("an Asio thread does not end: some of its actors are still alive");
      for (auto& loop : loops)
        loop->kill();
    }
  }
  hubs.clear();
}

} // namespace klatsch::net
