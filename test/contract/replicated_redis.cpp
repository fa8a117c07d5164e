#include "test/contract/replicated_redis.hpp"

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace klatsch::contract {

namespace {

using namespace std::chrono_literals;

/// Different ones, none of which anybody uses.
std::vector<int> free_ports(std::size_t count) {
  std::vector<int> sockets, ports;
  for (std::size_t i = 0; i < count; ++i) {
    sockets.push_back(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto place = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(sockets.back(), place, size) != 0 ||
        ::getsockname(sockets.back(), place, &size) != 0)
      throw std::runtime_error("there is no free port");
    ports.push_back(ntohs(address.sin_port));
  }
  for (auto socket : sockets)
    ::close(socket);
  return ports;
}

void wait_until(const std::function<bool()>& fulfilled, const char* what) {
  auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!fulfilled()) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(std::string("in vain waited until ") + what);
    std::this_thread::sleep_for(10ms);
  }
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

replicated_redis::replicated_redis() {
  auto ports = free_ports(6);
  ports_.assign(ports.begin(), ports.begin() + 3);
  sentinel_ports_.assign(ports.begin() + 3, ports.end());
  for (auto port : ports_) {
    std::vector<std::string> arguments{"--port",    std::to_string(port),         "--bind",
                                       "127.0.0.1", "--repl-diskless-sync-delay", "0"};
    if (port != ports_.front())
      arguments.insert(
          arguments.end(), {"--replicaof", "127.0.0.1 " + std::to_string(ports_.front())});
    servers_.push_back(std::make_unique<redis_server>(arguments));
  }
  for (auto port : sentinel_ports_)
    sentinels_.push_back(std::make_unique<redis_server>(sentinel_configuration{{
        "port " + std::to_string(port),
        "bind 127.0.0.1",
        "sentinel monitor klatsch 127.0.0.1 " + std::to_string(ports_.front()) + " 2",
        "sentinel down-after-milliseconds klatsch 500",
        "sentinel failover-timeout klatsch 5000",
    }}));
  wait_until_complete();
}

void replicated_redis::wait_until_complete() {
  for (auto replica : replicas())
    wait_until(
        [=] {
          return contains(replica->ask({"INFO", "replication"}), "master_link_status:up");
        },
        "a replica has what the primary has");
  for (auto& sentinel : sentinels_)
    wait_until(
        [&] {
          auto known = sentinel->ask({"SENTINEL", "MASTER", "klatsch"});
          return contains(known, "num-slaves 2") && contains(known, "num-other-sentinels 2");
        },
        "the sentinels know all");
}

persistence::redis_options replicated_redis::options() const {
  persistence::redis_options options;
  options.prefix = "test";
  options.timeout_ms = 500;
  for (auto port : sentinel_ports_)
    options.sentinels.push_back({"127.0.0.1", port});
  options.wait_replicas = 1;
  options.wait_timeout_ms = 1000;
  return options;
}

std::size_t replicated_redis::place_of_primary(std::size_t sentinel) {
  auto said = sentinels_[sentinel]->ask({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "klatsch"});
  for (std::size_t i = 0; i < ports_.size(); ++i)
    if (said == "127.0.0.1 " + std::to_string(ports_[i]))
      return i;
  throw std::runtime_error("a sentinel names " + said);
}

redis_server& replicated_redis::primary() {
  return *servers_[place_of_primary(sentinels_.size() - 1)];
}

void replicated_redis::wait_for_another_than(const redis_server& former) {
  for (std::size_t i = 0; i < sentinels_.size(); ++i)
    wait_until(
        [&] { return servers_[place_of_primary(i)].get() != &former; },
        "the sentinels have another primary");
}

std::vector<redis_server*> replicated_redis::replicas() {
  std::vector<redis_server*> result;
  for (auto& server : servers_)
    if (server.get() != &primary())
      result.push_back(server.get());
  return result;
}

} // namespace klatsch::contract
