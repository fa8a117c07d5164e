#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "test/unit/net/client_frame.hpp"

/// A client of raw bytes, so that tests can send what no library would. Reads give up after five
/// seconds.
class loopback_client {
 public:
  explicit loopback_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval timeout{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  ~loopback_client() { ::close(socket_); }
  loopback_client(const loopback_client&) = delete;
  loopback_client& operator=(const loopback_client&) = delete;

  bool connected() const { return connected_; }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// Up to and with `end`, or whatever came before the connection ended.
  std::string read_until(std::string_view end) {
    std::size_t found;
    while ((found = received_.find(end)) == std::string::npos)
      if (!receive())
        return take(received_.size());
    return take(found + end.size());
  }

  std::string read(std::size_t size) {
    while (received_.size() < size && receive()) {
    }
    return take(std::min(size, received_.size()));
  }

  /// All until the server closes; "timeout" at the end when it doesn't.
  std::string read_to_end() {
    while (receive()) {
    }
    return take(received_.size()) + (ended_ ? "" : "timeout");
  }

  /// A whole response with a Content-Length, for a GET.
  std::string exchange(std::string_view request) {
    send(request);
    return read_response();
  }

  std::string read_response() {
    auto head = read_until("\r\n\r\n");
    const auto length = head.find("Content-Length: ");
    return length == std::string::npos ? head : head + read(std::stoul(head.substr(length + 16)));
  }

  /// A WebSocket message or control frame under 64 KiB: its first byte, then its payload.
  std::string read_frame() {
    const auto head = read(2);
    if (head.size() < 2)
      return head;
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size == 126) {
      const auto length = read(2);
      size = static_cast<unsigned char>(length[0]) * 256u + static_cast<unsigned char>(length[1]);
    }
    return head[0] + read(size);
  }

  void send_frame(unsigned char first_byte, std::string_view payload) {
    send(client_frame(first_byte, payload));
  }

 private:
  bool receive() {
    char buffer[4096];
    const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
    ended_ = size == 0;
    if (size <= 0)
      return false;
    received_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  std::string take(std::size_t size) {
    auto taken = received_.substr(0, size);
    received_.erase(0, size);
    return taken;
  }

  int socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};
