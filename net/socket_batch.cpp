#include "net/socket_batch.hpp"

#include <cerrno>
#include <limits>
#include <system_error>

#include <liburing.h>
#include <spdlog/spdlog.h>

namespace klatsch::net {

namespace {

/// Under load some twenty frames wait for each connection.
constexpr std::size_t room_for_parts = socket_batch::most_sockets * 32;

constexpr int without_result = std::numeric_limits<int>::min();

constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;

/// io_uring itself had no memory for the call, or did not know it, so that nothing has been done.
bool was_not_tried(int result) {
  return result == -ENOMEM || result == -EINVAL || result == -EOPNOTSUPP;
}

int call_once(int socket, socket_batch::action what, msghdr& header) {
  const auto* part = header.msg_iov;
  const bool single = header.msg_iovlen == 1;
  ssize_t bytes = 0;
  if (what == socket_batch::action::send)
    bytes = single ? ::send(socket, part->iov_base, part->iov_len, flags)
                   : ::sendmsg(socket, &header, flags);
  else
    bytes = single ? ::recv(socket, part->iov_base, part->iov_len, flags)
                   : ::recvmsg(socket, &header, flags);
  return bytes < 0 ? -errno : static_cast<int>(bytes);
}

void prepare(io_uring_sqe* entry, int socket, socket_batch::action what, msghdr& header) {
  const auto* part = header.msg_iov;
  const bool single = header.msg_iovlen == 1;
  if (what == socket_batch::action::send)
    single ? io_uring_prep_send(entry, socket, part->iov_base, part->iov_len, flags)
           : io_uring_prep_sendmsg(entry, socket, &header, flags);
  else
    single ? io_uring_prep_recv(entry, socket, part->iov_base, part->iov_len, flags)
           : io_uring_prep_recvmsg(entry, socket, &header, flags);
}

} // namespace

void socket_batch::ring_deleter::operator()(io_uring* ring) const {
  io_uring_queue_exit(ring);
  delete ring;
}

socket_batch::socket_batch() {
  calls_.reserve(most_sockets);
  parts_.reserve(room_for_parts);
}

socket_batch::~socket_batch() = default;

bool socket_batch::full() const {
  return calls_.size() == most_sockets || parts_.size() + most_parts > room_for_parts;
}

void socket_batch::add_socket(int socket, action what) {
  calls_.push_back({socket, what, parts_.size(), {}});
}

void socket_batch::add_part(const void* memory, std::size_t size) {
  parts_.push_back({const_cast<void*>(memory), size});
}

std::span<const int> socket_batch::execute() {
  complete_headers();
  results_.assign(calls_.size(), without_result);
  // For one socket alone the ring is no faster.
  if (ring_ && calls_.size() > 1)
    call_once_for_all();
  call_once_for_each();
  calls_.clear();
  parts_.clear();
  return results_;
}

void socket_batch::complete_headers() {
  auto end = parts_.size();
  for (auto each = calls_.rbegin(); each != calls_.rend(); ++each) {
    each->header.msg_iov = parts_.data() + each->first_part;
    each->header.msg_iovlen = end - each->first_part;
    end = each->first_part;
  }
}

void socket_batch::open_ring() {
  auto ring = std::make_unique<io_uring>();
  if (const auto error = io_uring_queue_init(most_sockets, ring.get(), 0); error < 0)
    return give_up_ring(-error);
  ring_.reset(ring.release());
  // Linux 5.6, which is the first that knows all our calls, and loses no result.
  if (!(ring_->features & IORING_FEAT_CUR_PERSONALITY))
    give_up_ring(ENOSYS);
}

void socket_batch::give_up_ring(int error) {
  ring_.reset();
  spdlog::info(
      "without io_uring ({}) each connection takes system calls of its own",
      std::generic_category().message(error));
}

void socket_batch::call_once_for_all() {
  for (std::size_t i = 0; i != calls_.size(); ++i) {
    // The ring has as many places, and all are free.
    auto* entry = io_uring_get_sqe(ring_.get());
    prepare(entry, calls_[i].socket, calls_[i].what, calls_[i].header);
    io_uring_sqe_set_data64(entry, i);
  }
  for (auto left = static_cast<unsigned>(calls_.size()); left != 0;) {
    // Since no call may wait, all are done when this comes back.
    const auto error = io_uring_submit_and_wait(ring_.get(), left);
    io_uring_cqe* completion = nullptr;
    unsigned head = 0, done = 0;
    io_uring_for_each_cqe(ring_.get(), head, completion) {
      if (!was_not_tried(completion->res))
        results_[io_uring_cqe_get_data64(completion)] = completion->res;
      ++done;
    }
    io_uring_cq_advance(ring_.get(), done);
    left -= done;
    if (error < 0 && error != -EINTR) {
      // What it has not taken yet it must not take later.
      return give_up_ring(-error);
    }
  }
}

void socket_batch::call_once_for_each() {
  for (std::size_t i = 0; i != calls_.size(); ++i)
    if (results_[i] == without_result)
      results_[i] = call_once(calls_[i].socket, calls_[i].what, calls_[i].header);
}

} // namespace klatsch::net
