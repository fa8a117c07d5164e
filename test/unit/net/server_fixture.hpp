#pragma once

#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/session_environment.hpp"
#include "actors/token.hpp"
#include "net/server.hpp"
#include "test/temporary_folder.hpp"
#include "test/unit/net/loopback_client.hpp"

/// A real server on a free port. There are no rooms and users behind its sessions, so that every
/// request but session.open is answered with `not_open`.
struct server_fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  klatsch::metrics counters;
  klatsch::session_environment environment;
  klatsch::temporary_folder web_root;
  klatsch::net::server_options options;
  klatsch::net::server_callbacks callbacks;
  std::unique_ptr<klatsch::net::server> server;

  server_fixture() {
    klatsch::start_randomness();
    environment.counters = &counters;
    std::ofstream{web_root.file("index.html")} << "<!doctype html>";
    options.port = 0;
    options.threads = 2;
    options.web_root = web_root.path();
  }

  void start() {
    server =
        std::make_unique<klatsch::net::server>(system, options, callbacks, environment, counters);
    server->start();
  }

  std::string get(const std::string& target, const std::string& fields = "") {
    loopback_client client{server->port()};
    return client.exchange("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
  }

  static std::string handshake(const std::string& fields = "") {
    return "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
           fields + "\r\n";
  }

  static bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }

  /// Whether the condition comes true within five seconds.
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i != 500; ++i) {
      if (condition())
        return true;
      usleep(10000);
    }
    return false;
  }
};
