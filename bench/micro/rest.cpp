// What it costs that a silent client's buffers are given back: those of one that speaks again are
// allocated, and Beast's stream on them is opened.

#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/micro/idle_loop.hpp"
#include "net/frame_reader.hpp"
#include "net/outbox.hpp"

namespace klatsch::micro {

namespace {

struct nobody final : net::outbox_owner {
  void on_outbox_overflow() override {}
  void on_outbox_empty() override {}
  void on_outbox_failed() override {}
  void on_readable() override {}
};

void wake_from_rest(benchmark::State& state) {
  idle_loop idle;
  nobody owner;
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
    return state.SkipWithError("no sockets");
  net::outbox box{*idle.loop, pair[0], owner};
  for (auto _ : state) {
    auto reader = std::make_unique<net::frame_reader>(box);
    reader->reopen();
    benchmark::DoNotOptimize(reader);
  }
  ::close(pair[1]);
}

BENCHMARK(wake_from_rest);

} // namespace

} // namespace klatsch::micro
