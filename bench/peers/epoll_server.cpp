#include "bench/peers/epoll_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include "bench/peers/server_frames.hpp"

namespace klatsch::bench {

namespace {

/// The text of a member of one of our objects, which have no escapes; empty where it isn't there.
std::string_view member_of(std::string_view object, std::string_view name) {
  auto at = object.find(name);
  if (at == object.npos)
    return {};
  auto text = object.substr(at + name.size());
  return text.substr(0, text.find('"'));
}

[[noreturn]] void give_up(const char* call) {
  throw std::system_error(errno, std::generic_category(), call);
}

} // namespace

epoll_server::epoll_server(bool gathers) : gathers_(gathers), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0)
    give_up("epoll_create1");
}

epoll_server::~epoll_server() {
  close(listener_);
  close(epoll_);
}

std::uint16_t epoll_server::listen(std::uint16_t port) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0 ||
      getsockname(listener_, generic, &size) != 0)
    give_up("listen");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
  return ntohs(address.sin_port);
}

void epoll_server::run() {
  std::array<epoll_event, 512> events;
  for (;;) {
    auto count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.ptr)
        on_events(*static_cast<connection*>(events[i].data.ptr), events[i].events);
      else
        accept_all();
    }
    flush();
    ended_.clear();
  }
}

void epoll_server::accept_all() {
  for (;;) {
    auto socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0)
      return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto& who = connections_[socket] = std::make_unique<connection>(socket);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = who.get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }
}

void epoll_server::on_events(connection& who, std::uint32_t events) {
  if (!connections_.contains(who.socket()))
    return;
  if ((events & EPOLLOUT) && !who.write_waiting())
    return end(who);
  if (events & EPOLLOUT)
    watch(who);
  if ((events & ~EPOLLOUT) && (!who.read() || !take_input(who)))
    end(who);
}

bool epoll_server::take_input(connection& who) {
  std::size_t used = 0;
  if (!who.upgraded) {
    auto size = who.unread.find("\r\n\r\n");
    if (size == std::string::npos)
      return who.unread.size() < 65536;
    auto response = handshake_response(who.unread);
    if (response.empty())
      return false;
    deliver(who, std::make_shared<const std::string>(std::move(response)));
    who.upgraded = true;
    used = size + 4;
  }
  for (;;) {
    unsigned kind = 0;
    std::string_view text;
    auto size = take_client_frame(who.unread.data() + used, who.unread.size() - used, kind, text);
    if (size == 0)
      break;
    used += size;
    if (!handle(who, kind, text))
      return false;
  }
  who.unread.erase(0, used);
  return true;
}

bool epoll_server::handle(connection& who, unsigned kind, std::string_view text) {
  auto answer = [&](std::string_view object) {
    deliver(who, std::make_shared<const std::string>(server_frame(object)));
  };
  auto message = [&](std::string_view room) {
    return std::make_shared<const std::string>(server_frame(
        std::string{R"({"type":"message","room":")"}.append(room) + R"(","from":")" + who.name +
        R"(","text":")" + std::string{member_of(text, R"("text":")")} + R"("})"));
  };
  if (kind != 1)
    return kind != 8;
  auto type = member_of(text, R"("type":")");
  if (type == "say") {
    auto room = member_of(text, R"("room":")");
    auto found = rooms_.find(std::string{room});
    if (found == rooms_.end())
      return true;
    auto frame = message(room);
    for (auto* each : found->second)
      deliver(*each, frame);
  } else if (type == "tell") {
    auto found = names_.find(std::string{member_of(text, R"("to":")")});
    if (found != names_.end())
      deliver(*found->second, message(""));
  } else if (type == "join") {
    join(who, std::string{member_of(text, R"("room":")")});
    answer(R"({"type":"joined"})");
  } else if (type == "hello") {
    who.name = member_of(text, R"("name":")");
    names_[who.name] = &who;
    answer(R"({"type":"welcome"})");
  } else {
    answer(R"({"type":"error"})");
  }
  return true;
}

void epoll_server::join(connection& who, const std::string& room) {
  if (who.rooms.insert(room).second)
    rooms_[room].push_back(&who);
}

void epoll_server::deliver(connection& who, const shared_frame& frame) {
  if (gathers_)
    who.queue(frame);
  else if (who.write_now(frame) && !who.has_waiting())
    return;
  if (who.flushes)
    return;
  who.flushes = true;
  to_flush_.push_back(&who);
}

void epoll_server::flush() {
  for (auto* each : to_flush_) {
    each->flushes = false;
    if (!connections_.contains(each->socket()))
      continue;
    // What the socket didn't take waits until it is writable again.
    if (!each->watches_writing && !each->write_waiting())
      end(*each);
    else
      watch(*each);
  }
  to_flush_.clear();
}

void epoll_server::watch(connection& who) {
  if (who.has_waiting() == who.watches_writing)
    return;
  who.watches_writing = who.has_waiting();
  epoll_event event{};
  event.events = EPOLLIN | (who.watches_writing ? EPOLLOUT : 0u);
  event.data.ptr = &who;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, who.socket(), &event);
}

void epoll_server::end(connection& who) {
  for (const auto& room : who.rooms)
    std::erase(rooms_[room], &who);
  if (auto found = names_.find(who.name); found != names_.end() && found->second == &who)
    names_.erase(found);
  epoll_ctl(epoll_, EPOLL_CTL_DEL, who.socket(), nullptr);
  auto found = connections_.find(who.socket());
  ended_.push_back(std::move(found->second));
  connections_.erase(found);
}

} // namespace klatsch::bench
