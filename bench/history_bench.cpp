// How long a store takes to append to a room's log and to read a page of it, as the log grows.
//
//   history_bench <messages> sqlite <file>     history_bench <messages> redis <host> <port>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "bench/named_store.hpp"

namespace {

using namespace klatsch;
using namespace klatsch::persistence;
using clock_type = std::chrono::steady_clock;

const std::string room = "bench";
constexpr std::int64_t group_size = 512;
constexpr std::int64_t page_size = 50;
constexpr int reads = 200;

double microseconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double, std::micro>(clock_type::now() - begin).count();
}

/// False when a message was not stored.
bool append(store& backend, std::int64_t epoch, std::int64_t from, std::int64_t to) {
  std::vector<store_request> group;
  for (auto number = from; number < to; ++number) {
    const auto sender = "user" + std::to_string(number % 1000);
    group.push_back(append_message{
        room,
        epoch,
        {sender, "Name of " + sender},
        std::string(100, 'x'),
        "c" + std::to_string(number),
        1700000000000 + number});
    if (group.size() < group_size && number + 1 < to)
      continue;
    for (const auto& result : backend.execute(group))
      if (!std::holds_alternative<appended>(result))
        return false;
    group.clear();
  }
  return true;
}

/// Microseconds for a page before this number; 0 when it did not come.
double read_page(store& backend, std::int64_t before) {
  const auto begin = clock_type::now();
  for (int i = 0; i != reads; ++i) {
    const auto result = one(backend, read_room{room, {before, std::nullopt, page_size}});
    auto* page = std::get_if<log_page<klatsch::protocol::message>>(&result);
    if (!page || page->messages.empty() || page->messages.back().seq != before - 1)
      return 0;
  }
  return microseconds_since(begin) / reads;
}

} // namespace

int main(int argc, char** argv) try {
  const std::span words{argv + 1, argv + argc};
  const auto most = words.empty() ? 0 : std::atoll(words[0]);
  auto backend = most < 1 ? nullptr : open_named_store(words.subspan(1), "history_bench");
  if (!backend) {
    std::fprintf(stderr, "usage: %s <messages> sqlite <file> | redis <host> <port>\n", argv[0]);
    return 2;
  }
  one(*backend, create_room{room, "Bench", 1});
  const auto activated = one(*backend, activate_room{room});
  if (!std::holds_alternative<activated_room>(activated)) {
    std::fprintf(stderr, "the store doesn't work\n");
    return 1;
  }
  const auto& state = std::get<activated_room>(activated);
  if (state.seq != 0) {
    std::fprintf(stderr, "the store is not empty\n");
    return 1;
  }
  std::puts("  messages   append, us   newest page, us   middle, us   oldest, us");
  std::int64_t stored = 0;
  for (std::int64_t size = 1000; size <= most; size *= 10) {
    const auto begin = clock_type::now();
    if (!append(*backend, state.epoch, stored, size)) {
      std::fprintf(stderr, "a message was not stored\n");
      return 1;
    }
    const auto each = microseconds_since(begin) / static_cast<double>(size - stored);
    stored = size;
    std::printf(
        "%10lld %12.1f %17.0f %12.0f %12.0f\n", static_cast<long long>(size), each,
        read_page(*backend, size + 1), read_page(*backend, size / 2), read_page(*backend, 51));
    std::fflush(stdout);
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
