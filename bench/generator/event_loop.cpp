#include "bench/generator/event_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>

#include "bench/generator/monotonic_clock.hpp"

namespace klatsch::bench {

namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;

void control(int epoll, int operation, int socket, std::uint32_t events, event_handler* handler) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = handler;
  if (epoll_ctl(epoll, operation, socket, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

} // namespace

event_loop::event_loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(buffer_bytes) {
  if (epoll_ < 0)
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

event_loop::~event_loop() {
  close(epoll_);
}

void event_loop::add(int socket, std::uint32_t events, event_handler& handler) {
  control(epoll_, EPOLL_CTL_ADD, socket, events, &handler);
}

void event_loop::change(int socket, std::uint32_t events, event_handler& handler) {
  control(epoll_, EPOLL_CTL_MOD, socket, events, &handler);
}

void event_loop::remove(int socket) {
  control(epoll_, EPOLL_CTL_DEL, socket, 0, nullptr);
}

void event_loop::note_read(std::size_t bytes) {
  read_us_ = now_us();
  read_bytes_ += bytes;
}

void event_loop::flush() {
  flushing_.swap(to_flush_);
  for (auto* each : flushing_)
    each->on_flush();
  flushing_.clear();
}

void event_loop::turn(std::int64_t longest_wait_us) {
  flush();
  std::array<epoll_event, 512> events;
  auto wait_us = std::max<std::int64_t>(0, longest_wait_us);
  // Milliseconds, as epoll_wait takes them, are too coarse to send at an intended time.
  timespec wait{wait_us / 1'000'000, wait_us % 1'000'000 * 1000};
  auto count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  if (count < 0 && errno != EINTR)
    throw std::system_error(errno, std::generic_category(), "epoll_pwait2");
  for (int i = 0; i < count; ++i)
    static_cast<event_handler*>(events[i].data.ptr)->on_events(events[i].events);
  flush();
}

bool event_loop::run_until(const std::function<bool()>& done, std::int64_t longest_us) {
  auto end_us = now_us() + longest_us;
  while (!done()) {
    auto left_us = end_us - now_us();
    if (left_us <= 0)
      return false;
    turn(std::min<std::int64_t>(left_us, 100'000));
  }
  return true;
}

} // namespace klatsch::bench
