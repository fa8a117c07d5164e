#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What an operator can set. The defaults stand here; option_table.cpp adds to each member its
/// name, its bounds and its description. Units are part of the names.
namespace klatsch::config {

struct http_settings {
  std::string address = "0.0.0.0";
  std::int64_t port = 8080;
  /// 0: as many as the machine has cores.
  std::int64_t threads = 0;
  /// As it was written; `find_web_root` looks for the folder.
  std::string web_root = "web/dist";
  /// Origins that may use the cookie, besides the page's own.
  std::vector<std::string> origins;
  std::int64_t max_connections = 100000;
  std::int64_t idle_timeout_ms = 60000;
  std::int64_t rest_after_ms = 2000;
  std::int64_t header_timeout_ms = 10000;
  bool cookie_secure = false;
  bool io_uring = true;
  /// The sources of the directive `frame-ancestors` in the content security policy.
  std::string frame_ancestors = "'none'";
  std::int64_t stop_timeout_ms = 10000;
  /// Clients a second that are told to come back after this node has sent them away.
  std::int64_t reconnect_rate = 2000;
};

struct store_settings {
  /// "sqlite" or "redis".
  std::string backend = "sqlite";
  std::string path = "data/klatsch.db";
  std::int64_t queue_requests = 65536;
  std::int64_t group_requests = 512;
  std::int64_t loop_requests = 16;
  bool fencing = true;
};

struct redis_settings {
  std::string host = "127.0.0.1";
  std::int64_t port = 6379;
  std::string password;
  std::string prefix = "klatsch";
  std::int64_t timeout_ms = 2000;
  /// Each "host:port", as `to_host_and_port` reads it.
  std::vector<std::string> sentinels;
  std::string sentinel_master = "klatsch";
  /// 0: a write is acknowledged when the primary has it.
  std::int64_t wait_replicas = 0;
  std::int64_t wait_timeout_ms = 1000;
};

struct node_settings {
  std::string id = "node-1";
  /// Of "web", "ws" and "worker".
  std::vector<std::string> roles{"web", "ws", "worker"};
  std::string address = "127.0.0.1";
  /// 0: this node takes part in no cluster.
  std::int64_t port = 0;
  std::string listen = "0.0.0.0";
  /// What all nodes of a cluster know; their TLS keys are derived from it.
  std::string secret;
  /// Files of an own public key infrastructure, instead of the secret.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_authority;
};

struct cluster_settings {
  std::int64_t lease_ms = 2000;
  std::int64_t link_timeout_ms = 2500;
  std::int64_t hand_over_timeout_ms = 500;
};

struct log_settings {
  /// "trace", "debug", "info", "warn", "error" or "off".
  std::string level = "info";
  /// "console" or "json".
  std::string format = "console";
};

struct limit_settings {
  /// Requests a second of one session; 0: no limit.
  std::int64_t rate = 50;
  std::int64_t burst = 200;
  std::int64_t flood_refusals = 1000;
  std::int64_t requests_in_flight = 64;
  std::int64_t outbox_bytes = 4194304;
  std::int64_t outbox_frames = 4096;
  std::int64_t pending_events = 1024;
  std::int64_t write_delay_ms = 20;
  std::int64_t room_members = 100000;
  std::int64_t user_rooms = 200;
  std::int64_t request_timeout_ms = 5000;
  std::int64_t open_timeout_ms = 10000;
};

struct room_settings {
  /// Entries "id:Title"; the first one is the main room. `default_rooms` takes them apart.
  std::vector<std::string> defaults{
      "room:The Room", "beach:Bubble Beach", "dog_park:Dog Park", "world:Orbit"};
  /// Who may create rooms: "anyone" or "nobody".
  std::string create = "anyone";
  std::int64_t idle_timeout_ms = 300000;
  std::int64_t presence_members = 200;
  std::int64_t count_interval_ms = 1000;
  std::int64_t presence_interval_ms = 50;
};

struct user_settings {
  std::int64_t idle_timeout_ms = 300000;
};

struct session_settings {
  std::int64_t lifetime_days = 30;
};

struct settings {
  http_settings http;
  store_settings store;
  redis_settings redis;
  node_settings node;
  cluster_settings cluster;
  log_settings log;
  limit_settings limits;
  room_settings rooms;
  user_settings users;
  session_settings sessions;
};

struct default_room {
  std::string id;
  std::string title;
};

/// `rooms.defaults` taken apart; its entries were checked when the configuration was loaded.
std::vector<default_room> default_rooms(const settings& values);

} // namespace klatsch::config
