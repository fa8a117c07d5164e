#include "bench/generator/web_socket.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace klatsch::bench {

namespace {

constexpr std::size_t connections_per_address = 20'000;
constexpr std::uint32_t watched = EPOLLIN | EPOLLRDHUP;

std::string request_text(const endpoint& server, const upgrade& request) {
  auto text = "GET " + request.path + " HTTP/1.1\r\nHost: " + server.host +
              "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: a2xhdHNjaC1iZW5jaC1rZQ==\r\n";
  if (!request.subprotocol.empty())
    text += "Sec-WebSocket-Protocol: " + request.subprotocol + "\r\n";
  return text + "\r\n";
}

std::string what_of(const char* call) {
  return std::string{call} + ": " + std::generic_category().message(errno);
}

} // namespace

void web_socket::connect(const endpoint& server, const upgrade& request, std::size_t number) {
  close();
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0)
    throw std::system_error(errno, std::generic_category(), "socket");
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (auto further = number / connections_per_address;
      further != 0 && ntohl(server.address.sin_addr.s_addr) >> 24 == 127) {
    setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(further));
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0)
      throw std::system_error(errno, std::generic_category(), "bind");
  }
  state_ = state::connecting;
  kind_ = request.binary ? opcode::binary : opcode::text;
  out_ = request_text(server, request);
  waits_to_write_ = true;
  loop_.add(socket_, watched | EPOLLOUT, *this);
  if (::connect(
          socket_, reinterpret_cast<const sockaddr*>(&server.address), sizeof server.address) !=
          0 &&
      errno != EINPROGRESS)
    throw std::system_error(errno, std::generic_category(), "connect");
}

void web_socket::send(std::string_view payload) {
  append_client_frame(out_, kind_, payload);
  flush_later();
}

void web_socket::close() {
  if (socket_ < 0)
    return;
  loop_.remove(socket_);
  ::close(socket_);
  socket_ = -1;
  state_ = state::closed;
  waits_to_write_ = false;
  fragmented_ = false;
  out_.clear();
  rest_.clear();
}

void web_socket::fail(const std::string& reason) {
  close();
  owner_.on_closed(reason);
}

void web_socket::flush_later() {
  if (flushes_)
    return;
  flushes_ = true;
  loop_.flush_later(*this);
}

void web_socket::on_flush() {
  flushes_ = false;
  if (socket_ >= 0 && !waits_to_write_ && !out_.empty())
    write_some();
}

void web_socket::on_events(std::uint32_t events) {
  if (socket_ < 0)
    return;
  if (events & EPOLLOUT) {
    if (state_ == state::connecting)
      state_ = state::handshaking;
    write_some();
  }
  if (socket_ >= 0 && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
    read_some();
}

void web_socket::write_some() {
  auto written = ::send(socket_, out_.data(), out_.size(), MSG_NOSIGNAL);
  if (written < 0 && errno != EAGAIN && errno != EINTR)
    return fail(what_of("send"));
  if (written > 0)
    out_.erase(0, static_cast<std::size_t>(written));
  if (out_.empty() == waits_to_write_) {
    waits_to_write_ = !out_.empty();
    loop_.change(socket_, waits_to_write_ ? watched | EPOLLOUT : watched, *this);
  }
}

void web_socket::read_some() {
  auto& buffer = loop_.buffer();
  auto kept = rest_.size();
  if (buffer.size() < 2 * kept)
    buffer.resize(4 * kept);
  std::memcpy(buffer.data(), rest_.data(), kept);
  auto got = recv(socket_, buffer.data() + kept, buffer.size() - kept, 0);
  if (got < 0) {
    if (errno != EAGAIN && errno != EINTR)
      fail(what_of("recv"));
    return;
  }
  if (got == 0)
    return fail("the server closed the connection");
  loop_.note_read(static_cast<std::size_t>(got));
  std::string_view bytes{buffer.data(), kept + static_cast<std::size_t>(got)};
  if (state_ != state::open)
    bytes.remove_prefix(take_response(bytes));
  if (state_ == state::open)
    bytes.remove_prefix(take_frames(bytes));
  if (state_ == state::closed)
    return;
  // Most turns end with whole frames, where there is nothing to keep.
  if (!bytes.empty() || kept != 0)
    rest_.assign(bytes);
}

std::size_t web_socket::take_response(std::string_view bytes) {
  auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return 0;
  if (!bytes.starts_with("HTTP/1.1 101")) {
    fail("the handshake was answered: " + std::string{bytes.substr(0, bytes.find("\r\n"))});
    return 0;
  }
  state_ = state::open;
  owner_.on_open();
  return end + 4;
}

std::size_t web_socket::take_frames(std::string_view bytes) {
  std::size_t used = 0;
  frame next;
  while (state_ == state::open) {
    auto size = take_server_frame(bytes.substr(used), next);
    if (size == 0)
      break;
    used += size;
    handle(next);
  }
  return used;
}

void web_socket::handle(const frame& what) {
  if (what.last && !fragmented_ && (what.kind == opcode::text || what.kind == opcode::binary))
      [[likely]]
    return owner_.on_payload(what.payload);
  switch (what.kind) {
  case opcode::ping:
    append_client_frame(out_, opcode::pong, what.payload);
    return flush_later();
  case opcode::pong:
    return;
  case opcode::close: {
    std::string reason{"the server closed with "};
    if (what.payload.size() >= 2)
      reason += std::to_string(
          static_cast<unsigned char>(what.payload[0]) << 8 |
          static_cast<unsigned char>(what.payload[1]));
    if (what.payload.size() > 2)
      reason += " " + std::string{what.payload.substr(2)};
    return fail(reason);
  }
  default:
    fragments_.append(what.payload);
    fragmented_ = !what.last;
    if (what.last) {
      auto whole = std::move(fragments_);
      fragments_.clear();
      owner_.on_payload(whole);
    }
  }
}

} // namespace klatsch::bench
