#include "net/store_on_loop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include <boost/asio/post.hpp>

namespace klatsch::net {

store_on_loop::store_on_loop(event_loop& loop)
    : loop_(loop), descriptor_(loop.io()), timer_(loop.io()) {}

void store_on_loop::join(const running_store& store) {
  worker_ = store.worker;
  worker_->join(*this, deliver_completions(store.handle, *loop_.execution_unit()));
}

void store_on_loop::leave() {
  if (worker_)
    worker_->leave_host();
}

void store_on_loop::post(std::function<void()> function) {
  asio::post(loop_.io(), std::move(function));
}

bool store_on_loop::watch(
    int descriptor, std::function<void()> on_readable, std::function<void()> on_silence) {
  const int duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0)
    return false;
  boost::system::error_code error;
  descriptor_.assign(duplicate, error);
  if (error) {
    close(duplicate);
    return false;
  }
  on_readable_ = std::move(on_readable);
  on_silence_ = std::move(on_silence);
  ++watches_;
  wait_readable();
  return true;
}

void store_on_loop::forget() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  expect_nothing();
  timer_.cancel();
}

void store_on_loop::expect_within(std::chrono::milliseconds time) {
  deadline_ = std::chrono::steady_clock::now() + time;
  if (!timer_runs_)
    wait_silence();
  else if (deadline_ < timer_.expiry())
    timer_.cancel(); // it is started again
}

void store_on_loop::expect_nothing() {
  deadline_ = time_point::max();
}

void store_on_loop::wait_readable() {
  descriptor_.async_wait(
      asio::posix::descriptor_base::wait_read,
      [self = shared_from_this(), watch = watches_](const boost::system::error_code& error) {
        auto is_watched = [&] { return watch == self->watches_ && self->descriptor_.is_open(); };
        if (error || !is_watched())
          return;
        self->on_readable_();
        if (is_watched())
          self->wait_readable();
      });
}

void store_on_loop::wait_silence() {
  timer_runs_ = true;
  timer_.expires_at(deadline_);
  timer_.async_wait(
      [self = shared_from_this()](const boost::system::error_code&) { self->on_timer(); });
}

void store_on_loop::on_timer() {
  timer_runs_ = false;
  if (deadline_ == time_point::max())
    return;
  if (deadline_ > std::chrono::steady_clock::now())
    return wait_silence();
  expect_nothing();
  on_silence_();
}

} // namespace klatsch::net
