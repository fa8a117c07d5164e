#include "config/stderr_sink.hpp"

#include <climits>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace klatsch::logging {

namespace {

bool is_socket(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

/// O_NONBLOCK would do the same, but is shared with every process that has the terminal or pipe.
bool takes_output(int descriptor) {
  pollfd polled{descriptor, POLLOUT, 0};
  return poll(&polled, 1, 0) == 1 && (polled.revents & POLLOUT) != 0;
}

} // namespace

stderr_sink::stderr_sink(int descriptor)
    : descriptor_(descriptor), is_socket_(is_socket(descriptor)) {}

void stderr_sink::sink_it_(const spdlog::details::log_msg& message) {
  if (dropped_ > 0) {
    auto text = std::to_string(dropped_) + " log lines were dropped: their reader is too slow";
    if (write_line({message.logger_name, spdlog::level::warn, text}))
      dropped_ = 0;
  }
  if (dropped_ > 0 || !write_line(message))
    ++dropped_;
}

bool stderr_sink::write_line(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  if (is_torn_)
    line.push_back('\n');
  formatter_->format(message, line);
  auto taken = write_some({line.data(), line.size()});
  if (taken > 0)
    is_torn_ = taken < line.size();
  return taken == line.size();
}

std::size_t stderr_sink::write_some(std::string_view text) {
  std::size_t taken = 0;
  while (taken < text.size() && takes_output(descriptor_)) {
    // A pipe that takes output at all takes PIPE_BUF bytes without waiting.
    auto rest = text.substr(taken, PIPE_BUF);
    auto written = is_socket_
                       ? send(descriptor_, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                       : write(descriptor_, rest.data(), rest.size());
    if (written <= 0)
      break;
    taken += static_cast<std::size_t>(written);
  }
  return taken;
}

} // namespace klatsch::logging
