// What it costs to give one room's messages to all its subscribers on one Asio thread. The argument
// is the number of subscribers; the counter `per_delivery` is the time for one of them.
//
// The message is the same at each turn and already encoded: what the first subscriber pays for is
// measured in codec.cpp.

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actors/hub.hpp"
#include "bench/micro/examples.hpp"
#include "bench/micro/idle_loop.hpp"
#include "net/event_loop.hpp"
#include "net/outbox.hpp"

namespace klatsch::micro {

namespace {

// -- who subscribes -------------------------------------------------------------------------------

/// Counts what it is given, and so shows what the hub alone costs.
class counting_connection : public connection {
 public:
  protocol::wire_format format() const override { return protocol::wire_format::json; }
  void push(const wire_bytes& bytes) override { bytes_ += bytes->size(); }
  void close(protocol::close_code) override {}
  void read_next() override {}

  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

/// A real outbox in front of one end of a socket pair; it reads the other end itself.
class outbox_connection final : public connection, public net::outbox_owner {
 public:
  /// `pair`: two connected sockets, that it closes.
  outbox_connection(net::event_loop& loop, const int (&pair)[2])
      : other_end_(pair[1]), outbox_(loop, pair[0], *this) {}
  ~outbox_connection() override { ::close(other_end_); }

  protocol::wire_format format() const override { return protocol::wire_format::json; }
  void push(const wire_bytes& bytes) override { outbox_.push(bytes); }
  message_sink& sink() override { return outbox_; }
  void close(protocol::close_code) override {}
  void read_next() override {}

  void on_outbox_overflow() override {}
  void on_outbox_empty() override {}
  void on_outbox_failed() override {}
  void on_readable() override {}

  /// Takes what was written from the other end.
  void drain() {
    static char buffer[64 * 1024];
    const auto size = ::recv(other_end_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size > 0)
      bytes_ += static_cast<std::size_t>(size);
  }

  std::size_t bytes() const { return bytes_; }

 private:
  int other_end_;
  net::outbox outbox_;
  std::size_t bytes_ = 0;
};

struct listener final : hub_table::subscriber {
  explicit listener(connection& its_connection) : out(its_connection) {}

  connection& output() override { return out; }
  const std::string& user_id() const override { return id; }
  void on_gap(const std::string&) override {}
  void on_room_lost(const room_lost&) override {}
  void on_left(const std::string&, std::int64_t, bool) override {}

  connection& out;
  std::string id = "ann";
};

// -- the room -------------------------------------------------------------------------------------

/// A room whose members are all on one thread.
template <class Connection>
class crowd {
 public:
  explicit crowd(hub_table& table) : table_(table) {}
  ~crowd() {
    for (auto& each : listeners_)
      table_.unsubscribe(room_, each.get());
  }

  void add(std::shared_ptr<Connection> member) {
    connections_.push_back(std::move(member));
    listeners_.push_back(std::make_unique<listener>(*connections_.back()));
    table_.subscribe(room_, listeners_.back().get());
    table_.activate(room_, listeners_.back().get(), 0);
  }

  /// The next message, to all.
  void deliver() { table_.deliver({.room = room_, .events = {{++seq_, frame_}}, .all = frame_}); }

  const std::vector<std::shared_ptr<Connection>>& connections() const { return connections_; }

  /// Reports what a delivery costs, of so many messages at each iteration; an error when not
  /// everybody got everything.
  void report(benchmark::State& state, std::int64_t messages) const {
    const auto deliveries =
        state.iterations() * messages * static_cast<std::int64_t>(connections_.size());
    const auto size = frame_->bytes(protocol::wire_format::json)->size();
    for (auto& each : connections_)
      if (each->bytes() != static_cast<std::size_t>(seq_) * size)
        return state.SkipWithError("a delivery is missing");
    state.SetItemsProcessed(deliveries);
    state.counters["per_delivery"] = benchmark::Counter(
        static_cast<double>(deliveries),
        static_cast<benchmark::Counter::Flags>(
            benchmark::Counter::kIsRate | benchmark::Counter::kInvert));
  }

 private:
  hub_table& table_;
  const std::string room_ = "beach";
  frame_ptr frame_ = make_frame(example_message());
  std::int64_t seq_ = 0;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<listener>> listeners_;
};

// -- the hub alone --------------------------------------------------------------------------------

void fan_out_hub(benchmark::State& state) {
  metrics counters;
  hub_table table{counters};
  crowd<counting_connection> room{table};
  for (std::int64_t i = 0; i != state.range(0); ++i)
    room.add(std::make_shared<counting_connection>());
  for (auto _ : state)
    room.deliver();
  room.report(state, 1);
}

BENCHMARK(fan_out_hub)->ArgName("subscribers")->RangeMultiplier(10)->Range(10, 100'000);

// -- the hub with outboxes ------------------------------------------------------------------------

/// Whether so many descriptors may be open, asking for more where that is allowed.
bool can_open(rlim_t descriptors) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= descriptors)
    return true;
  limit.rlim_cur = descriptors;
  limit.rlim_max = std::max(limit.rlim_max, descriptors);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

bool add_members(crowd<outbox_connection>& room, net::event_loop& loop, std::int64_t count) {
  // Two for each member, and what the process has open besides.
  if (!can_open(static_cast<rlim_t>(count) * 2 + 100))
    return false;
  for (std::int64_t i = 0; i != count; ++i) {
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
      return false;
    room.add(std::make_shared<outbox_connection>(loop, pair));
  }
  return true;
}

/// Processor time of this thread, in seconds.
double spent_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// What it costs to ask: a system call, as much as some ten pushes.
double seconds_of_asking() {
  constexpr int times = 10'000;
  const auto begin = spent_seconds();
  for (int i = 1; i != times; ++i)
    spent_seconds();
  return (spent_seconds() - begin) / times;
}

enum class measured { pushes, pushes_and_writes };

/// The second argument is the number of messages that come in one turn of the event loop. Only the
/// part of a turn that is asked for is timed, which is why the time is given by hand: pausing
/// Google Benchmark's clock would cost more than a small room.
void fan_out_to_outboxes(benchmark::State& state, measured what) {
  idle_loop idle;
  auto& io = idle.loop->io();
  crowd<outbox_connection> room{idle.loop->subscriptions()};
  if (!add_members(room, *idle.loop, state.range(0)))
    return state.SkipWithError("so many sockets can't be opened");
  auto push = [&] {
    for (std::int64_t i = 0; i != state.range(1); ++i)
      room.deliver();
  };
  auto drain = [&] {
    for (auto& each : room.connections())
      each->drain();
  };
  // The first turn allocates the queues.
  push();
  io.poll();
  drain();
  const auto asking = seconds_of_asking();
  for (auto _ : state) {
    const auto begin = spent_seconds();
    push();
    auto end = spent_seconds();
    io.poll();
    if (what == measured::pushes_and_writes)
      end = spent_seconds();
    state.SetIterationTime(std::max(end - begin - asking, 0.0));
    drain();
  }
  room.report(state, state.range(1));
}

void sizes(benchmark::internal::Benchmark* one) {
  one->ArgNames({"subscribers", "messages"})->UseManualTime();
  // More would need more than 20,000 descriptors, which not everybody may open.
  for (std::int64_t subscribers : {10, 100, 1000, 5000})
    for (std::int64_t messages : {1, 16})
      one->Args({subscribers, messages});
}

// The writes and reads that are not timed take fifty times as long as the pushes.
BENCHMARK_CAPTURE(fan_out_to_outboxes, pushes, measured::pushes)->Apply(sizes)->MinTime(0.02);
BENCHMARK_CAPTURE(fan_out_to_outboxes, pushes_and_writes, measured::pushes_and_writes)
    ->Apply(sizes);

} // namespace

} // namespace klatsch::micro
