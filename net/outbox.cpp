#include "net/outbox.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/event_loop.hpp"
#include "net/socket_batch.hpp"

namespace klatsch::net {

namespace {

/// Between two calls of `shrink` an empty outbox keeps the memory for as many frames, so that under
/// load it is not allocated anew for each write.
constexpr std::size_t frames_kept_allocated = 64;

constexpr std::size_t frames_per_write = socket_batch::most_parts;

} // namespace

outbox::outbox(event_loop& loop, int socket, outbox_owner& owner)
    : polled_socket(loop.poller(), socket), loop_(loop), owner_(owner) {}

outbox::~outbox() {
  account(-static_cast<std::int64_t>(bytes_));
}

void outbox::push(const wire_bytes& bytes) {
  if (sealed_ || state_ == state::broken)
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
  frames_.push_back(bytes);
  // Until the socket takes something there is nothing to write, nor to wait for.
  if (state_ != state::writable)
    return;
  loop_.note_push(frames() >= frames_per_write || bytes_ >= limits.bytes / 4);
  if (!unflushed_hook::is_linked())
    loop_.flush_later(*this);
}

bool outbox::add_to(socket_batch& writes) {
  if (empty())
    return false;
  writes.add_socket(native_handle(), socket_batch::action::send);
  const auto end = std::min(head_ + frames_per_write, frames_.size());
  auto begun = written_;
  for (std::size_t i = head_; i != end; ++i) {
    writes.add_part(frames_[i]->data() + begun, frames_[i]->size() - begun);
    begun = 0;
  }
  return true;
}

void outbox::take_result(int result) {
  loop_.counters().outbox_writes.Increment();
  if (result >= 0)
    consume(static_cast<std::size_t>(result));
  else if (result == -EAGAIN || result == -EWOULDBLOCK)
    state_ = state::blocked;
  else if (result != -EINTR)
    state_ = state::broken;
}

bool outbox::settle() {
  if (state_ == state::blocked) {
    state_ = state::waiting;
    wait_writable();
    return false;
  }
  if (state_ == state::broken) {
    discard();
    owner_.on_outbox_failed();
    return false;
  }
  if (!empty())
    return true;
  owner_.on_outbox_empty();
  return false;
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
  state_ = state::broken;
  account(-static_cast<std::int64_t>(bytes_));
  frame_queue{}.swap(frames_);
  head_ = 0;
  written_ = 0;
  unflushed_hook::unlink();
}

void outbox::account(std::int64_t difference) {
  bytes_ += static_cast<std::uint32_t>(difference);
  loop_.count_outbox_bytes(difference);
}

socket_poller& outbox::poller() const {
  return loop_.poller();
}

void outbox::on_writable() {
  if (state_ != state::waiting)
    return;
  state_ = state::writable;
  loop_.flush_later(*this);
}

} // namespace klatsch::net
