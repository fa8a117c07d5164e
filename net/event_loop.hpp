#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <caf/actor_control_block.hpp>

#include "actors/inline_execution.hpp"
#include "actors/metrics.hpp"
#include "net/flush_pacer.hpp"
#include "net/managed_connection.hpp"
#include "net/outbox_limits.hpp"
#include "net/socket_batch.hpp"
#include "net/socket_poller.hpp"

namespace klatsch {
class hub_table;
}

namespace klatsch::net {

namespace asio = boost::asio;

class outbox;

struct event_loop_options {
  /// How often deadlines of connections are checked.
  std::chrono::milliseconds tick;
  /// See hub_table.
  std::size_t pending_events = 1024;
  /// See flush_pacer.
  std::chrono::milliseconds write_delay{0};
  /// See socket_batch.
  bool io_uring = true;
  /// Those of each outbox.
  outbox_limits outbox{};
};

/// One Asio thread with all that lives on it: connections, their outboxes, the actors that run
/// here, the hub's table. Shared by those, so that an actor handle that somebody still holds after
/// the thread has ended does no harm. Where nothing else is said, functions are called on the
/// thread only.
class event_loop : public std::enable_shared_from_this<event_loop> {
 public:
  event_loop(caf::actor_system& system, metrics& counters, const event_loop_options& options);
  ~event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;

  asio::io_context& io() { return io_; }
  metrics& counters() { return metrics_; }
  hub_table& subscriptions() { return *subscriptions_; }
  const outbox_limits& limits_of_outboxes() const { return outbox_limits_; }
  caf::actor_system& system() { return system_; }
  socket_poller& poller() { return poller_; }

  /// What the actors of this thread run on; valid as long as the loop.
  inline_execution* execution_unit() { return &execution_unit_; }

  /// An actor of this thread has something in its mailbox. From any thread.
  void schedule(caf::strong_actor_ptr actor);

  /// Starts the thread. From another thread, once.
  void start();

  /// Lets the thread end as soon as the last connection and the last actor are gone. From any
  /// thread.
  void finish();

  /// Waits for the thread's end; false when that has not come in time. From another thread.
  bool wait_finished(time_point deadline);

  /// Ends the thread, whatever is still there. From another thread.
  void kill();

  /// The outbox is to be written at the end of this turn; under load a little later, see
  /// flush_pacer.
  void flush_later(outbox& box);

  /// Something has been pushed into an outbox that can be written; `full`: it has what one system
  /// call takes, and would be closed as that of a slow reader if it went on so.
  void note_push(bool full) {
    pushed_ = true;
    if (full && !std::exchange(full_, true))
      flush_timer_.cancel(); // a rest ends
  }

  /// Outboxes of this thread hold so many bytes more.
  void count_outbox_bytes(std::int64_t difference) { outbox_bytes_ += difference; }

  void manage(managed_connection& member) { connections_.push_back(member); }
  void leave(managed_connection& member);

  /// Calls `stop` of all connections; none is to be started any more.
  void stop_connections();
  bool stopping() const { return stopping_; }

  /// Calls `stop` of all connections; new ones are still started.
  void send_away();

  /// Calls `abandon` of all connections.
  void abandon_connections();

  /// From any thread.
  void count_actor() { ++actors_; }
  void actor_ended();

 private:
  using outbox_list = boost::intrusive::list<outbox, boost::intrusive::constant_time_size<false>>;

  /// Messages to an actor in one turn, after which sockets and other actors get theirs.
  static constexpr std::size_t messages_per_turn = 100;

  /// Writes of an outbox in one turn, likewise.
  static constexpr int writes_per_turn = 8;

  void take_turn(const caf::strong_actor_ptr& actor);
  void take_turn_of_unfinished();
  void schedule_unfinished();
  template <class Function>
  void for_each_connection(Function function);
  void flush_or_rest();
  void flush();
  void publish_outbox_bytes();
  void schedule_tick();
  void end_when_empty();

  caf::actor_system& system_;
  metrics& metrics_;
  const std::unique_ptr<hub_table> subscriptions_;
  const std::chrono::milliseconds tick_interval_;
  const outbox_limits outbox_limits_;
  asio::io_context io_{1};
  inline_execution execution_unit_;
  /// Actors that have had their turn and have more to do; each is in it once at most. Every other
  /// turn is theirs: the hub gets the messages of all rooms, and behind a thousand sessions that
  /// have one each it would fall behind for ever.
  std::deque<caf::strong_actor_ptr> unfinished_;
  bool unfinished_scheduled_ = false;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  asio::steady_timer tick_timer_{io_};
  connection_list connections_;
  std::unique_ptr<outbox_list> dirty_;
  asio::steady_timer flush_timer_{io_};
  flush_pacer pacer_;
  const bool wants_io_uring_;
  socket_batch batch_;
  socket_poller poller_{io_, batch_};
  /// Since the pacer was asked last.
  bool pushed_ = false;
  bool full_ = false;
  std::int64_t outbox_bytes_ = 0;
  std::int64_t published_outbox_bytes_ = 0;
  std::atomic<std::size_t> actors_ = 0;
  bool stopping_ = false;
  bool finishing_ = false;
  std::promise<void> finished_;
  std::future<void> finished_future_ = finished_.get_future();
  std::thread thread_;
};

} // namespace klatsch::net
