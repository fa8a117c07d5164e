#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "actors/connection.hpp"
#include "actors/metrics.hpp"
#include "net/assets.hpp"
#include "net/http_request.hpp"
#include "net/http_response.hpp"
#include "net/server_options.hpp"
#include "net/subprotocol.hpp"

namespace klatsch::net {

/// The connection becomes a WebSocket.
struct upgrade {
  subprotocol spoken;
  client_identity client;
};

/// The token is made void first, then the response is sent.
struct log_out_first {
  std::string token;
  http_response response;
};

using outcome = std::variant<http_response, log_out_first, upgrade>;

/// What the node answers to which path. One object for all threads: what it holds doesn't change,
/// apart from `stopping`.
class routes {
 public:
  /// `options` and `counters` outlive it. Throws what assets' constructor throws.
  routes(const server_options& options, server_callbacks callbacks, metrics& counters);

  /// Never throws for anything that a client sends.
  outcome answer(const http_request& request) const;

  /// Puts the security headers on a response, whoever made it.
  void secure(http_response& response) const;

  /// From now on the node is not ready.
  void stopping() { stopping_ = true; }

  const server_callbacks& callbacks() const { return callbacks_; }

 private:
  using handler = outcome (routes::*)(const http_request&) const;
  struct row {
    std::string_view path;
    handler answer;
  };
  /// All paths but those of the files.
  static const row table[];

  outcome page(const http_request& request) const;
  outcome web_socket(const http_request& request) const;
  outcome log_out(const http_request& request) const;
  outcome alive(const http_request& request) const;
  outcome ready(const http_request& request) const;
  outcome exposition(const http_request& request) const;
  outcome cluster(const http_request& request) const;

  const server_options& options_;
  const server_callbacks callbacks_;
  metrics& metrics_;
  const assets assets_;
  const std::string content_security_policy_;
  std::atomic<bool> stopping_ = false;
};

} // namespace klatsch::net
