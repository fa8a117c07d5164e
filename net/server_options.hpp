#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "net/cookie.hpp"
#include "net/outbox_limits.hpp"

namespace klatsch::net {

/// What an operator can set about the server; main.cpp fills it from the configuration.
struct server_options {
  std::string address = "127.0.0.1";
  /// 0: any free port, see server::port.
  std::uint16_t port = 8080;
  /// Asio threads, each with its own connections; 0 counts as 1.
  std::size_t threads = 1;
  /// The folder of the browser chat; empty: none is served.
  std::filesystem::path web_root;
  /// Origins of other sites ("https://chat.example") whose pages may use the cookie.
  std::vector<std::string> origins;
  /// Who embeds the chat in a frame: a source list of the Content-Security-Policy.
  std::string frame_ancestors = "'none'";
  cookie_options cookie;
  /// Clients a second that come back after they were sent away: see reconnect_spread.
  std::int64_t reconnect_rate = 2000;
  /// Whether WebSockets are accepted at all.
  bool holds_sessions = true;
  /// WebSockets and HTTP connections together; further ones are answered 503.
  std::size_t max_connections = 100000;
  outbox_limits outbox;
  /// Events of a room kept aside for a session that waits for its room.
  std::size_t pending_events = 1024;
  /// Under load, what is sent waits at most so long for more: see flush_pacer.
  std::chrono::milliseconds write_delay{20};
  /// See socket_batch.
  bool io_uring = true;
  /// A WebSocket from which nothing, not even a pong, was heard for so long is closed. A ping is
  /// sent after half of it.
  std::chrono::milliseconds idle_timeout{60000};
  /// The buffers by which a WebSocket is read are given back when the client was silent for so
  /// long.
  std::chrono::milliseconds rest_after{2000};
  /// For a request's header to arrive, also on a connection that is kept alive.
  std::chrono::milliseconds header_timeout{10000};
  /// From a close frame to the end of the TCP connection, when the client doesn't end it.
  std::chrono::milliseconds close_timeout{5000};
  /// After so many requests an HTTP connection is closed.
  std::size_t requests_per_connection = 1000;
};

/// What the server asks of the rest of the node.
struct server_callbacks {
  /// A short reason why this node can't serve, or nothing. Called on the Asio threads: must
  /// neither block nor throw.
  std::function<std::optional<std::string>()> why_not_ready;
  /// A short reason why a new session should rather go to another node, or nothing. Likewise.
  std::function<std::optional<std::string>()> why_no_sessions;
  /// The cluster as this node sees it, a JSON object. Likewise.
  std::function<std::string()> describe_cluster;
  /// Makes a token void, then calls `done`, on any thread.
  std::function<void(std::string token, std::function<void()> done)> log_out;
};

} // namespace klatsch::net
