#include "net/outbox.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/container/static_vector.hpp>

#include "net/event_loop.hpp"

namespace klatsch::net {

namespace {

/// Between two calls of `shrink` an empty outbox keeps the memory for as many frames, so that under
/// load it is not allocated anew for each write.
constexpr std::size_t frames_kept_allocated = 64;

} // namespace

outbox::outbox(event_loop& loop, tcp_socket socket, outbox_owner& owner)
    : loop_(loop), owner_(owner), socket_(std::move(socket)) {}

outbox::~outbox() {
  account(-static_cast<std::int64_t>(bytes_));
}

void outbox::push(wire_bytes bytes) {
  if (sealed_ || failed_)
    return;
  // A single message always finds room: a page of long texts is no sign of a slow reader.
  const auto& limits = loop_.limits_of_outboxes();
  const bool full = bytes_ + bytes->size() > limits.bytes || frames() >= limits.frames;
  if (full && !empty()) {
    drop_waiting();
    owner_.on_outbox_overflow();
    return;
  }
  account(static_cast<std::int64_t>(bytes->size()));
  frames_.push_back(std::move(bytes));
  // Until the socket takes something there is nothing to write, nor to wait for.
  if (waiting_)
    return;
  loop_.note_push(frames() >= frames_per_write);
  if (!is_linked())
    loop_.flush_later(*this);
}

void outbox::flush() {
  for (int write = 0; write < writes_per_turn && !empty(); ++write) {
    boost::system::error_code error;
    const auto written = write_once(error);
    if (error == asio::error::would_block || error == asio::error::try_again)
      return wait_writable();
    if (error) {
      discard();
      owner_.on_outbox_failed();
      return;
    }
    consume(written);
  }
  if (!empty())
    loop_.flush_later(*this);
  else
    owner_.on_outbox_empty();
}

std::size_t outbox::write_once(boost::system::error_code& error) {
  loop_.counters().outbox_writes.Increment();
  if (frames() == 1)
    return write_frame(*frames_[head_], error);
  boost::container::static_vector<asio::const_buffer, frames_per_write> buffers;
  auto offset = written_;
  for (auto i = head_; i != frames_.size() && buffers.size() != frames_per_write; ++i) {
    buffers.push_back(asio::buffer(*frames_[i]) + offset);
    offset = 0;
  }
  return socket_.write_some(buffers, error);
}

std::size_t outbox::write_frame(const std::string& frame, boost::system::error_code& error) {
  const auto written = ::send(
      socket_.native_handle(), frame.data() + written_, frame.size() - written_, MSG_NOSIGNAL);
  if (written < 0)
    error.assign(errno, boost::system::system_category());
  return written < 0 ? 0 : static_cast<std::size_t>(written);
}

void outbox::consume(std::size_t bytes) {
  account(-static_cast<std::int64_t>(bytes));
  written_ += static_cast<std::uint32_t>(bytes);
  while (!empty() && written_ >= frames_[head_]->size()) {
    written_ -= static_cast<std::uint32_t>(frames_[head_]->size());
    release_front();
  }
}

void outbox::release_front() {
  frames_[head_].reset();
  ++head_;
  if (empty()) {
    head_ = 0;
    if (frames_.capacity() > frames_kept_allocated)
      frame_queue{}.swap(frames_);
    else
      frames_.clear();
  } else if (head_ >= frames_per_write && head_ * 2 >= frames_.size()) {
    frames_.erase(frames_.begin(), frames_.begin() + head_);
    head_ = 0;
  }
}

void outbox::drop_waiting() {
  // Without the rest of a frame that has begun to go out, the client could not read what follows.
  const auto kept = head_ + (written_ > 0 ? 1 : 0);
  while (frames_.size() > kept) {
    account(-static_cast<std::int64_t>(frames_.back()->size()));
    frames_.pop_back();
  }
}

void outbox::shrink() {
  if (!empty())
    return;
  frame_queue{}.swap(frames_);
  head_ = 0;
}

void outbox::discard() {
  failed_ = true;
  account(-static_cast<std::int64_t>(bytes_));
  frame_queue{}.swap(frames_);
  head_ = 0;
  written_ = 0;
  unlink();
}

void outbox::account(std::int64_t difference) {
  bytes_ += static_cast<std::uint32_t>(difference);
  loop_.count_outbox_bytes(difference);
}

void outbox::wait_writable() {
  waiting_ = true;
  socket_.async_wait(
      tcp_socket::wait_write,
      [this, alive = owner_.keep_outbox()](const boost::system::error_code& error) {
        waiting_ = false;
        if (!error && !failed_)
          flush();
      });
}

} // namespace klatsch::net
