#include "net/event_loop.hpp"

#include <utility>

#include <boost/asio/post.hpp>
#include <caf/scheduled_actor.hpp>

#include "actors/hub.hpp"
#include "net/outbox.hpp"
#include "net/serve_in_batches.hpp"

namespace klatsch::net {

event_loop::event_loop(
    caf::actor_system& system, metrics& counters, const event_loop_options& options)
    : system_(system), metrics_(counters),
      subscriptions_(std::make_unique<hub_table>(counters, options.pending_events)),
      tick_interval_(options.tick), outbox_limits_(options.outbox),
      execution_unit_(&system, inline_execution::of_event_loop), work_(asio::make_work_guard(io_)),
      dirty_(std::make_unique<outbox_list>()), pacer_(options.write_delay),
      wants_io_uring_(options.io_uring) {}

event_loop::~event_loop() = default;

void event_loop::start() {
  thread_ = std::thread{[this] {
    if (wants_io_uring_)
      batch_.open_ring();
    schedule_tick();
    io_.run();
    publish_outbox_bytes();
    finished_.set_value();
  }};
}

void event_loop::finish() {
  asio::post(io_, [this] {
    finishing_ = true;
    end_when_empty();
  });
}

bool event_loop::wait_finished(time_point deadline) {
  if (finished_future_.wait_until(deadline) != std::future_status::ready)
    return false;
  if (thread_.joinable())
    thread_.join();
  return true;
}

void event_loop::kill() {
  io_.stop();
  if (thread_.joinable())
    thread_.join();
  unfinished_.clear();
}

void event_loop::schedule(caf::strong_actor_ptr actor) {
  asio::post(io_, [this, actor = std::move(actor)] {
    take_turn(actor);
    // Unless somebody has to be written to first, who would be closed as slow if this went on.
    if (!full_)
      take_turn_of_unfinished();
  });
}

void event_loop::take_turn(const caf::strong_actor_ptr& actor) {
  auto& resumed = static_cast<caf::scheduled_actor&>(*actor->get());
  if (execution_unit_.run(resumed, messages_per_turn) != caf::resumable::resume_later)
    return;
  unfinished_.push_back(actor);
  schedule_unfinished();
}

void event_loop::schedule_unfinished() {
  if (unfinished_.empty() || std::exchange(unfinished_scheduled_, true))
    return;
  asio::post(io_, [this] {
    unfinished_scheduled_ = false;
    take_turn_of_unfinished();
    schedule_unfinished();
  });
}

void event_loop::take_turn_of_unfinished() {
  if (unfinished_.empty())
    return;
  const auto actor = std::move(unfinished_.front());
  unfinished_.pop_front();
  take_turn(actor);
}

void event_loop::flush_later(outbox& box) {
  if (dirty_->empty())
    asio::post(io_, [this] { flush_or_rest(); });
  dirty_->push_back(box);
}

void event_loop::flush_or_rest() {
  const auto now = std::chrono::steady_clock::now();
  const bool full = std::exchange(full_, false);
  const auto next = pacer_.next_look(now, std::exchange(pushed_, false) && !full);
  if (next <= now)
    return flush();
  flush_timer_.expires_at(next);
  flush_timer_.async_wait([this](const boost::system::error_code&) { flush_or_rest(); });
}

void event_loop::flush() {
  const auto begin = std::chrono::steady_clock::now();
  outbox_list turn;
  turn.swap(*dirty_);
  for (int write = 0; write != writes_per_turn && !turn.empty(); ++write) {
    outbox_list more;
    serve_in_batches(turn, batch_, [&more](outbox& box) {
      if (box.settle())
        more.push_back(box);
    });
    turn.swap(more);
  }
  // Who has more to write than that lets sockets and actors have their turn first.
  while (!turn.empty()) {
    auto& box = turn.front();
    turn.pop_front();
    flush_later(box);
  }
  pacer_.on_flushed(begin, std::chrono::steady_clock::now());
  publish_outbox_bytes();
}

void event_loop::publish_outbox_bytes() {
  if (outbox_bytes_ == published_outbox_bytes_)
    return;
  metrics_.outbox_bytes.Increment(static_cast<double>(outbox_bytes_ - published_outbox_bytes_));
  published_outbox_bytes_ = outbox_bytes_;
}

template <class Function>
void event_loop::for_each_connection(Function function) {
  for (auto next = connections_.begin(); next != connections_.end();) {
    // The call may take the member out of the list, but no other one.
    auto member = (next++)->keep_alive();
    function(*member);
  }
}

void event_loop::leave(managed_connection& member) {
  member.unlink();
  end_when_empty();
}

void event_loop::stop_connections() {
  stopping_ = true;
  send_away();
}

void event_loop::send_away() {
  for_each_connection([](managed_connection& member) { member.stop(); });
}

void event_loop::abandon_connections() {
  for_each_connection([](managed_connection& member) { member.abandon(); });
}

void event_loop::schedule_tick() {
  tick_timer_.expires_after(tick_interval_);
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error)
      return;
    const auto now = std::chrono::steady_clock::now();
    for_each_connection([now](managed_connection& member) { member.tick(now); });
    publish_outbox_bytes();
    if (work_)
      schedule_tick();
  });
}

void event_loop::actor_ended() {
  --actors_;
  end_when_empty();
}

void event_loop::end_when_empty() {
  if (!finishing_ || actors_ != 0 || !connections_.empty())
    return;
  work_.reset();
  tick_timer_.cancel();
  poller_.stop();
}

} // namespace klatsch::net
