#include "config/option_table.hpp"

#include <algorithm>
#include <utility>

#include "config/option_builders.hpp"
#include "config/option_checks.hpp"

namespace klatsch::config {

namespace {

constexpr std::int64_t hour_ms = 3600000;
constexpr std::int64_t day_ms = 24 * hour_ms;

constexpr const char* an_identifier = "1 to 64 of the characters A to Z, a to z, 0 to 9, _ and -";
constexpr const char* a_path = "a path of 1 to 4096 bytes without control characters";
constexpr const char* a_path_or_nothing = "nothing, or a path";
constexpr const char* a_host = "a host name or an IP address";
constexpr const char* a_host_or_socket =
    "a host name, an IP address, or the path of a Unix socket, from / on and of at most 107 bytes";
// A message always finds room in an empty outbox, but what follows it in the same turn does not: so
// it must hold the largest page of history, 100 texts of 4,000 characters, and what comes by then.
constexpr std::int64_t smallest_outbox_bytes = 2097152;

/// The member of one option, as a function.
#define KLATSCH_MEMBER(path)                                                                       \
  [](settings & values) -> auto& {                                                                 \
    return values.path;                                                                            \
  }

std::vector<option> http_options() {
  return {
      text(
          "http.address", KLATSCH_MEMBER(http.address), is_ip_address, "an IPv4 or IPv6 address",
          "The address on which HTTP and WebSocket are served; 0.0.0.0 and :: mean all."),
      whole_number(
          "http.port", KLATSCH_MEMBER(http.port), 0, 65535, "",
          "The port on which HTTP and WebSocket are served; 0: any free one, which the "
          "log names."),
      whole_number(
          "http.threads", KLATSCH_MEMBER(http.threads), 0, 64, "threads",
          "Threads that serve connections, and the rooms that these wake; 0: one for each two "
          "cores. The other cores are for the store, for rooms and what else the machine does."),
      yes_or_no(
          "http.io-uring", KLATSCH_MEMBER(http.io_uring),
          "What many connections have to read and to write at the same time takes one system call "
          "where the kernel permits io_uring (Linux 5.6 and newer; the usual profiles of "
          "containers forbid it), and one for each connection elsewhere."),
      text(
          "http.web-root", KLATSCH_MEMBER(http.web_root), is_path, a_path,
          "The folder of the built browser chat. A relative path is looked for in the working "
          "directory, then in the folder of the binary and the two above it."),
      list(
          "http.origins", KLATSCH_MEMBER(http.origins), are_origins,
          "a list of origins such as https://chat.example.org:8443, in small letters, without a "
          "path",
          "Web pages of other origins that may connect with the cookie, besides the chat's own."),
      whole_number(
          "http.max-connections", KLATSCH_MEMBER(http.max_connections), 1, 10000000, "connections",
          "Open connections; further ones are answered 503, and far too many closed at once."),
      milliseconds(
          "http.idle-timeout-ms", KLATSCH_MEMBER(http.idle_timeout_ms), 1000, hour_ms,
          "A WebSocket from which nothing came for so long, not even the answer to a "
          "ping, is closed."),
      milliseconds(
          "http.rest-after-ms", KLATSCH_MEMBER(http.rest_after_ms), 100, hour_ms,
          "When nothing came from a WebSocket for so long, the memory by which it is read, a third "
          "of what an idle connection takes, is given back until the client speaks again. To be "
          "below half of http.idle-timeout-ms, when a ping asks for an answer."),
      milliseconds(
          "http.header-timeout-ms", KLATSCH_MEMBER(http.header_timeout_ms), 100, hour_ms,
          "Time in which a client must have sent its request's header."),
      yes_or_no(
          "http.cookie-secure", KLATSCH_MEMBER(http.cookie_secure),
          "Marks the session cookie as Secure. Set it where klatsch is reached by HTTPS "
          "only."),
      text(
          "http.frame-ancestors", KLATSCH_MEMBER(http.frame_ancestors), is_source_list,
          "sources of a content security policy, separated by blanks, without ; and ,",
          "Pages that may show the chat within a frame."),
      milliseconds(
          "http.stop-timeout-ms", KLATSCH_MEMBER(http.stop_timeout_ms), 0, hour_ms,
          "Time that connections have to end when the server stops, and rooms to move to other "
          "nodes."),
      whole_number(
          "http.reconnect-rate", KLATSCH_MEMBER(http.reconnect_rate), 1, 1000000,
          "clients a second",
          "When a node sends its clients away it tells each how long to wait, so that no more than "
          "so many come back within a second."),
  };
}

std::vector<option> store_options() {
  return {
      one_of(
          "store.backend", KLATSCH_MEMBER(store.backend), {"sqlite", "redis"},
          "Where users, rooms and messages are kept."),
      text(
          "store.path", KLATSCH_MEMBER(store.path), is_path, a_path,
          "The file of the sqlite store. Its folder is made when it is missing."),
      whole_number(
          "store.queue-requests", KLATSCH_MEMBER(store.queue_requests), 1, 10000000, "requests",
          "Requests that wait for the store; further ones are refused as overloaded."),
      whole_number(
          "store.group-requests", KLATSCH_MEMBER(store.group_requests), 1, 100000, "requests",
          "Requests that the store executes as one transaction or pipeline."),
      whole_number(
          "store.loop-requests", KLATSCH_MEMBER(store.loop_requests), 0, 100000, "requests",
          "Up to so many are sent to a Redis by the thread of the connections, if there is only "
          "one such thread; more of them, or all, by a thread that is woken for it."),
      yes_or_no(
          "store.fencing", KLATSCH_MEMBER(store.fencing),
          "Refuses the writes of a node that has lost a room to another one. For the test of the "
          "checker only; never switch it off: messages will be stored twice."),
      text(
          "redis.host", KLATSCH_MEMBER(redis.host), is_host_or_socket, a_host_or_socket,
          "The host of the Redis, or the path of its Unix socket."),
      whole_number(
          "redis.port", KLATSCH_MEMBER(redis.port), 1, 65535, "", "The port of the Redis."),
      secret(describe(
          "redis.password", KLATSCH_MEMBER(redis.password), "any text",
          "The password of the Redis; empty: none is sent. Better set in the "
          "environment, where other users of the machine can't read it.")),
      text(
          "redis.prefix", KLATSCH_MEMBER(redis.prefix), is_identifier, an_identifier,
          "Stands before every key, so that several systems can share a Redis."),
      milliseconds(
          "redis.timeout-ms", KLATSCH_MEMBER(redis.timeout_ms), 10, hour_ms,
          "Time for connecting and for each answer of the Redis."),
      list(
          "redis.sentinels", KLATSCH_MEMBER(redis.sentinels), are_hosts_and_ports,
          "a list of at most 16 host:port, an IPv6 address in brackets",
          "Redis Sentinels, which know the primary; redis.host and redis.port are not used then. "
          "Empty: none."),
      text(
          "redis.sentinel-master", KLATSCH_MEMBER(redis.sentinel_master), is_identifier,
          an_identifier, "The name by which the sentinels know the primary."),
      whole_number(
          "redis.wait-replicas", KLATSCH_MEMBER(redis.wait_replicas), 0, 16, "replicas",
          "A write is acknowledged only when so many replicas have it; 0: when the primary has it, "
          "and a replica that takes over may have lost the last ones."),
      milliseconds(
          "redis.wait-timeout-ms", KLATSCH_MEMBER(redis.wait_timeout_ms), 1, 60000,
          "Time that the replicas have for it; then the write is refused as unavailable, and a "
          "resend finds out."),
  };
}

std::vector<option> node_options() {
  return {
      text(
          "node.id", KLATSCH_MEMBER(node.id), is_identifier, an_identifier,
          "The name of this node, unlike that of any other."),
      list(
          "node.roles", KLATSCH_MEMBER(node.roles), are_roles,
          "of web, ws and worker, at least one, each once; all three where node.port is 0",
          "What this node does: serve pages (web), hold sessions (ws), run rooms and users "
          "(worker)."),
      text(
          "node.address", KLATSCH_MEMBER(node.address), is_host, a_host,
          "The address at which other nodes reach this one."),
      whole_number(
          "node.port", KLATSCH_MEMBER(node.port), 0, 65535, "",
          "The port at which other nodes reach this one; 0: this node is alone. A cluster needs "
          "the store redis, and node.secret or the node.tls options."),
      text(
          "node.listen", KLATSCH_MEMBER(node.listen), is_ip_address, "an IP address",
          "The address of this machine that node.port is opened on."),
      secret(text(
          "node.secret", KLATSCH_MEMBER(node.secret), is_node_secret,
          "nothing, or 16 to 1024 bytes",
          "What all nodes of a cluster know and nobody else: the keys by which they recognise each "
          "other and encrypt are derived from it. Better set in the environment.")),
      text(
          "node.tls-certificate", KLATSCH_MEMBER(node.tls_certificate), is_path_or_nothing,
          a_path_or_nothing,
          "This node's certificate (PEM), where the nodes have certificates of their own instead "
          "of a secret."),
      text(
          "node.tls-key", KLATSCH_MEMBER(node.tls_key), is_path_or_nothing, a_path_or_nothing,
          "The private key of node.tls-certificate (PEM)."),
      text(
          "node.tls-authority", KLATSCH_MEMBER(node.tls_authority), is_path_or_nothing,
          a_path_or_nothing,
          "The certificate (PEM) that has signed those of all nodes, and of nobody else: whoever "
          "has one is let in."),
      milliseconds(
          "cluster.lease-ms", KLATSCH_MEMBER(cluster.lease_ms), 500, 60000,
          "A node from which the Redis heard nothing for so long is taken for dead, and others "
          "serve its rooms and users. Each node reports four times in it. The same on all nodes."),
      milliseconds(
          "cluster.link-timeout-ms", KLATSCH_MEMBER(cluster.link_timeout_ms), 1000, 60000,
          "A connection between two nodes on which nothing came for so long is given up; there is "
          "a heartbeat twice a second."),
      milliseconds(
          "cluster.hand-over-timeout-ms", KLATSCH_MEMBER(cluster.hand_over_timeout_ms), 10, 60000,
          "So long the new node of a room waits for the old one to end it; then it takes the room "
          "and the store refuses whatever the old one still writes."),
      one_of(
          "log.level", KLATSCH_MEMBER(log.level),
          {"trace", "debug", "info", "warn", "error", "off"},
          "The least severe lines that are logged. Texts of messages never are."),
      one_of(
          "log.format", KLATSCH_MEMBER(log.format), {"console", "json"},
          "How lines are written to stderr: for people, or one JSON object a line."),
  };
}

std::vector<option> limit_options() {
  return {
      whole_number(
          "limits.rate", KLATSCH_MEMBER(limits.rate), 0, 1000000, "requests a second",
          "Lasting rate of one session; 0: no limit."),
      whole_number(
          "limits.burst", KLATSCH_MEMBER(limits.burst), 1, 1000000, "requests",
          "Requests that a session may send at once after a pause."),
      whole_number(
          "limits.flood-refusals", KLATSCH_MEMBER(limits.flood_refusals), 1, 1000000, "requests",
          "So many requests refused for their rate, less those served, end the connection."),
      whole_number(
          "limits.requests-in-flight", KLATSCH_MEMBER(limits.requests_in_flight), 1, 10000,
          "requests", "Requests of one session that are served at once; further ones wait unread."),
      whole_number(
          "limits.outbox-bytes", KLATSCH_MEMBER(limits.outbox_bytes), smallest_outbox_bytes,
          1073741824, "bytes",
          "Bytes that wait for one slow client; beyond them it is closed and told to come back. "
          "Not less than what the largest answer takes."),
      whole_number(
          "limits.outbox-frames", KLATSCH_MEMBER(limits.outbox_frames), 16, 1000000, "frames",
          "The same in frames."),
      whole_number(
          "limits.pending-events", KLATSCH_MEMBER(limits.pending_events), 16, 1000000, "events",
          "Live events that are kept for one session while it is being opened."),
      milliseconds(
          "limits.write-delay-ms", KLATSCH_MEMBER(limits.write_delay_ms), 0, 1000,
          "Under load, what is sent waits at most so long for more; 0: nothing ever waits."),
      whole_number(
          "limits.room-members", KLATSCH_MEMBER(limits.room_members), 1, 10000000, "members",
          "Members of one room."),
      whole_number(
          "limits.user-rooms", KLATSCH_MEMBER(limits.user_rooms), 1, 100000, "rooms",
          "Rooms of which one user can be a member."),
      milliseconds(
          "limits.request-timeout-ms", KLATSCH_MEMBER(limits.request_timeout_ms), 100, hour_ms,
          "Time for a request; then it is answered with a retryable error."),
      milliseconds(
          "limits.open-timeout-ms", KLATSCH_MEMBER(limits.open_timeout_ms), 100, hour_ms,
          "Time from connecting to session.open."),
  };
}

std::vector<option> model_options() {
  return {
      list(
          "rooms.default", KLATSCH_MEMBER(rooms.defaults), are_rooms,
          "a list of id:Title, at least one; each id once, of 1 to 64 of the characters A to Z, a "
          "to z, 0 to 9, _ and -; titles of 1 to 80 characters",
          "Rooms that are made at the start when they are missing. The first is the main room: "
          "new users are its members."),
      one_of(
          "rooms.create", KLATSCH_MEMBER(rooms.create), {"anyone", "nobody"},
          "Who may create further rooms."),
      milliseconds(
          "rooms.idle-timeout-ms", KLATSCH_MEMBER(rooms.idle_timeout_ms), 1000, day_ms,
          "A room that nobody used for so long leaves the memory; it stays in the "
          "store."),
      whole_number(
          "rooms.presence-members", KLATSCH_MEMBER(rooms.presence_members), 0, 10000000, "members",
          "In a room with more members nobody is told of everybody's coming and going, which would "
          "cost the square of their number: all are told how many are there, and who talks."),
      milliseconds(
          "rooms.count-interval-ms", KLATSCH_MEMBER(rooms.count_interval_ms), 10, hour_ms,
          "How often at most the members of such a room are told how many are there."),
      milliseconds(
          "rooms.presence-interval-ms", KLATSCH_MEMBER(rooms.presence_interval_ms), 0, 10000,
          "In the other rooms comings and goings wait so long for more of them, that all members "
          "are told of together, or for a message, which they go before. While they keep coming, "
          "the wait doubles, up to 16 times as long."),
      milliseconds(
          "users.idle-timeout-ms", KLATSCH_MEMBER(users.idle_timeout_ms), 1000, day_ms,
          "The same for a user who has no session."),
      whole_number(
          "sessions.lifetime-days", KLATSCH_MEMBER(sessions.lifetime_days), 1, 3650, "days",
          "How long a login is remembered. Each use prolongs it once half of the time is over: so "
          "it "
          "ends between half of these days and all of them after its last use."),
  };
}

#undef KLATSCH_MEMBER

std::vector<option> make_table() {
  std::vector<option> result;
  for (auto part :
       {http_options(), store_options(), node_options(), limit_options(), model_options()})
    for (auto& described : part)
      result.push_back(std::move(described));
  return result;
}

} // namespace

const std::vector<option>& option_table() {
  static const auto table = make_table();
  return table;
}

const option* find_option(std::string_view name) {
  const auto& table = option_table();
  auto found = std::ranges::find(table, name, &option::name);
  return found == table.end() ? nullptr : &*found;
}

} // namespace klatsch::config
