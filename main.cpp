// Composes a node of its parts, serves until a signal comes, and takes it apart again.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/timespan.hpp>
#include <spdlog/spdlog.h>
#include <sys/types.h>
#include <unistd.h>

#include "actors/active_nodes.hpp"
#include "actors/actor_from_state.hpp"
#include "actors/directory.hpp"
#include "actors/log_out.hpp"
#include "actors/relay.hpp"
#include "actors/scheduler.hpp"
#include "actors/session_environment.hpp"
#include "actors/store_actor.hpp"
#include "actors/token.hpp"
#include "actors/upkeep.hpp"
#include "config/host_and_port.hpp"
#include "config/load.hpp"
#include "config/logging.hpp"
#include "config/web_root.hpp"
#include "net/cluster_member.hpp"
#include "net/cluster_report.hpp"
#include "net/node_credentials.hpp"
#include "net/server.hpp"
#include "net/service_notifier.hpp"
#include "protocol/schema.hpp"

extern char** environ;

namespace {

using namespace klatsch;
using config::settings;
using std::chrono::milliseconds;

std::size_t size_of(std::int64_t checked) {
  return static_cast<std::size_t>(checked);
}

persistence::redis_options redis_options_of(const settings& values) {
  auto& redis = values.redis;
  persistence::redis_options options;
  options.host = redis.host;
  options.port = static_cast<int>(redis.port);
  options.password = redis.password;
  options.prefix = redis.prefix;
  options.timeout_ms = static_cast<int>(redis.timeout_ms);
  for (const auto& sentinel : redis.sentinels)
    if (auto address = config::to_host_and_port(sentinel))
      options.sentinels.push_back({address->host, static_cast<int>(address->port)});
  options.sentinel_master = redis.sentinel_master;
  options.wait_replicas = static_cast<int>(redis.wait_replicas);
  options.wait_timeout_ms = static_cast<int>(redis.wait_timeout_ms);
  options.fencing = values.store.fencing;
  return options;
}

std::unique_ptr<persistence::store> make_store(const settings& values) {
  if (values.store.backend == "redis")
    return persistence::make_redis_store(redis_options_of(values));
  return persistence::make_sqlite_store({values.store.path});
}

model_options model_options_of(const settings& values) {
  model_options options;
  options.request_timeout = milliseconds{values.limits.request_timeout_ms};
  options.room_idle_timeout = milliseconds{values.rooms.idle_timeout_ms};
  options.user_idle_timeout = milliseconds{values.users.idle_timeout_ms};
  options.room_members = size_of(values.limits.room_members);
  options.presence_members = size_of(values.rooms.presence_members);
  options.count_interval = milliseconds{values.rooms.count_interval_ms};
  options.presence_interval = milliseconds{values.rooms.presence_interval_ms};
  options.node_id = values.node.id;
  options.clustered = values.node.port != 0;
  options.hand_over_timeout = milliseconds{values.cluster.hand_over_timeout_ms};
  return options;
}

session_options session_options_of(const settings& values) {
  session_options options;
  options.rate = values.limits.rate;
  options.burst = values.limits.burst;
  options.flood_refusals = values.limits.flood_refusals;
  options.requests_in_flight = size_of(values.limits.requests_in_flight);
  options.resume_bytes = size_of(values.limits.outbox_bytes) / 4;
  options.resume_frames = size_of(values.limits.outbox_frames) / 2;
  options.user_rooms = size_of(values.limits.user_rooms);
  options.request_timeout = milliseconds{values.limits.request_timeout_ms};
  options.open_timeout = milliseconds{values.limits.open_timeout_ms};
  options.token_lifetime = std::chrono::hours{24 * values.sessions.lifetime_days};
  options.anyone_creates_rooms = values.rooms.create == "anyone";
  auto rooms = config::default_rooms(values);
  options.main_room = rooms.empty() ? std::string{} : rooms.front().id;
  return options;
}

net::server_options server_options_of(const settings& values) {
  auto& http = values.http;
  net::server_options options;
  options.address = http.address;
  options.port = static_cast<std::uint16_t>(http.port);
  options.threads = http.threads != 0 ? size_of(http.threads)
                                      : std::max(1u, std::thread::hardware_concurrency() / 2);
  options.reconnect_rate = http.reconnect_rate;
  options.holds_sessions = has_role(values.node.roles, "ws");
  if (!has_role(values.node.roles, "web"))
    options.web_root.clear();
  else if (auto web_root = config::find_web_root(http.web_root))
    options.web_root = *web_root;
  else
    spdlog::warn("no page is served: there is no folder {} (http.web-root)", http.web_root);
  options.origins = http.origins;
  options.frame_ancestors = http.frame_ancestors;
  options.cookie.secure = http.cookie_secure;
  options.io_uring = http.io_uring;
  options.cookie.max_age = std::chrono::hours{24 * values.sessions.lifetime_days};
  options.max_connections = size_of(http.max_connections);
  options.outbox.bytes = size_of(values.limits.outbox_bytes);
  options.outbox.frames = size_of(values.limits.outbox_frames);
  options.pending_events = size_of(values.limits.pending_events);
  options.write_delay = milliseconds{values.limits.write_delay_ms};
  options.idle_timeout = milliseconds{http.idle_timeout_ms};
  options.rest_after = milliseconds{http.rest_after_ms};
  options.header_timeout = milliseconds{http.header_timeout_ms};
  return options;
}

std::vector<persistence::stored_room> stored_rooms_of(const settings& values) {
  std::vector<persistence::stored_room> rooms;
  for (auto& each : config::default_rooms(values))
    rooms.push_back({each.id, each.title});
  return rooms;
}

/// Blocks the signals in this thread and all that it starts; main waits for them.
sigset_t block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// Waits so long for a signal; it stays to be waited for.
bool pause(const sigset_t& signals, milliseconds time) {
  const timespec limit{time.count() / 1000, time.count() % 1000 * 1000000};
  const int signal = sigtimedwait(&signals, nullptr, &limit);
  if (signal > 0)
    kill(getpid(), signal);
  return signal <= 0;
}

net::cluster_member::options cluster_options_of(const settings& values) {
  auto& node = values.node;
  net::cluster_member::options options;
  options.self.id = node.id;
  options.self.roles = node.roles;
  options.self.address = node.address;
  options.self.port = node.port;
  options.self.oldest_protocol = node_protocol::oldest;
  options.self.newest_protocol = node_protocol::newest;
  options.cluster = values.redis.prefix;
  options.lease = milliseconds{values.cluster.lease_ms};
  options.transport = {
      node.listen, static_cast<std::uint16_t>(node.port),
      milliseconds{values.cluster.lease_ms / 2}};
  return options;
}

/// This node's part in a cluster, null where it is alone.
std::unique_ptr<net::cluster_member> prepare_cluster(config::system_config& system_config) {
  auto& values = system_config.values();
  auto& node = values.node;
  if (node.port == 0)
    return nullptr;
  system_config.set(
      "middleman.connection-timeout", caf::timespan{milliseconds{values.cluster.link_timeout_ms}});
  net::use_credentials(
      system_config,
      node.secret.empty()
          ? net::node_credentials{node.tls_certificate, node.tls_key, node.tls_authority}
          : net::derive_credentials(node.secret));
  // A renewal that hangs must leave time for further ones within the lease.
  auto redis = redis_options_of(values);
  redis.timeout_ms =
      static_cast<int>(std::min(values.redis.timeout_ms, values.cluster.lease_ms / 4));
  return std::make_unique<net::cluster_member>(
      cluster_options_of(values), persistence::make_redis_lease_table(redis));
}

/// False when a signal came first. Throws when another node has this one's id.
bool join_cluster(
    net::cluster_member& cluster,
    const config::system_config& system_config,
    const sigset_t& signals) {
  using result = net::cluster_member::join_result;
  const auto joined = cluster.join([&](milliseconds time) { return pause(signals, time); });
  if (joined == result::taken)
    throw std::runtime_error(
        "another node with the node.id " + system_config.values().node.id + " is alive");
  cluster.distinguish_process(system_config);
  return joined == result::joined;
}

/// Ends the actors from the outside in, so that each may still ask those that it needs.
void stop(
    caf::actor_system& system,
    net::server& server,
    net::cluster_member* cluster,
    milliseconds deadline,
    const model_environment& model,
    const running_store& store,
    const std::vector<caf::actor>& others) {
  caf::scoped_actor self{system};
  if (cluster) {
    // Others take over first, while this node still serves whom it has.
    cluster->drain();
    server.drain();
    self->request(model.directory, deadline, await_empty{})
        .receive(
            [](succeeded) {},
            [](const caf::error&) { spdlog::warn("stop: not all rooms and users have moved"); });
  }
  server.stop(deadline);
  self->request(model.directory, deadline, stop_directory{})
      .receive(
          [](succeeded) {},
          [](const caf::error&) { spdlog::warn("stop: rooms and users did not end in time"); });
  if (cluster)
    cluster->stop();
  store.worker->stop();
  for (auto& each : others)
    self->send_exit(each, caf::exit_reason::user_shutdown);
  spdlog::info("stopped");
}

/// Serves until a signal comes. What is declared first ends last.
void serve(config::system_config& system_config, const sigset_t& signals) {
  auto& values = system_config.values();
  metrics counters;
  node_health health;
  model_environment model{model_options_of(values), {}, {}, &counters};
  session_environment sessions{session_options_of(values), {}, {}, {}, &counters};
  auto backend = make_store(values);
  const auto cluster = prepare_cluster(system_config);
  if (cluster && !join_cluster(*cluster, system_config, signals))
    return;

  caf::actor_system system{system_config};
  auto store = start_store(
      system, &counters, std::move(backend),
      {size_of(values.store.queue_requests), size_of(values.store.group_requests),
       size_of(values.store.loop_requests)});
  model.store = sessions.store = store.handle;
  model.directory = sessions.directory = spawn_state<directory_state>(system, &model);
  sessions.relay = spawn_state<relay_state>(system);
  auto upkeep = spawn_state<upkeep_state>(system, &model, stored_rooms_of(values), &health);

  net::server_callbacks callbacks;
  callbacks.why_not_ready = [&]() -> std::optional<std::string> {
    if (!health.ready)
      return "the store does not answer";
    return cluster ? cluster->why_not_ready() : std::nullopt;
  };
  if (cluster)
    callbacks.why_no_sessions = [&] { return cluster->why_no_sessions(); };
  callbacks.describe_cluster = [&, id = values.node.id] {
    return cluster ? cluster->report() : net::cluster_report({id, {}, {}, {}});
  };
  callbacks.log_out = [&](const std::string& token, std::function<void()> done) {
    log_out_token(system, model, token, std::move(done));
  };
  auto as_actor = [](const auto& handle) { return caf::actor_cast<caf::actor>(handle); };
  const std::vector others{
      as_actor(upkeep), as_actor(sessions.relay), as_actor(model.directory),
      as_actor(store.handle)};

  std::unique_ptr<net::server> server;
  try {
    server = std::make_unique<net::server>(
        system, server_options_of(values), callbacks, sessions, counters);
    server->host(store);
    if (cluster)
      cluster->start(system, model.directory, counters, [&server] { server->send_clients_away(); });
  } catch (...) {
    // The system waits for its actors; they must not wait for it.
    if (cluster)
      cluster->stop();
    store.worker->stop();
    for (auto& each : others)
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    throw;
  }
  server->start();
  spdlog::info("klatsch is at http://localhost:{}", server->port());
  net::service_notifier manager{
      callbacks.why_not_ready, [&](milliseconds deadline) { return server->responds(deadline); }};

  int signal = 0;
  sigwait(&signals, &signal);
  spdlog::info("stopping: {}", signal == SIGTERM ? "SIGTERM" : "SIGINT");
  manager.stopping();
  stop(
      system, *server, cluster.get(), milliseconds{values.http.stop_timeout_ms}, model, store,
      others);
}

} // namespace

/// What jemalloc reads when it starts (its manual: TUNING); without it a variable as any other. A
/// node whose clients fall silent allocates little, so a thread gives back what they have freed.
/// What operators set in MALLOC_CONF has precedence.
extern "C" const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000";

int main(int argc, char** argv) {
  using action = config::load_result::action;
  config::system_config system_config;
  const auto loaded = config::load(system_config, argc, argv, environ);
  switch (loaded.what) {
  case action::print:
    std::fputs(loaded.text.c_str(), stdout);
    return EXIT_SUCCESS;
  case action::print_schema:
    std::fputs(protocol::schema_json().c_str(), stdout);
    return EXIT_SUCCESS;
  case action::refuse:
    std::fputs(loaded.text.c_str(), stderr);
    return config::exit_code_of_refusal;
  case action::run:
    break;
  }
  logging::set_up(system_config.values().log);
  const auto signals = block_signals();
  try {
    start_randomness();
    system_config.add_message_types<caf::id_block::klatsch>();
    system_config.load<scheduler>();
    serve(system_config, signals);
  } catch (const std::exception& error) {
    spdlog::error("klatsch can't start: {}", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
