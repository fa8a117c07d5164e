// Appended messages a second of a store, by the size of the groups in which they are executed.
//
//   store_bench sqlite <file>                 store_bench redis <host> <port>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "bench/named_store.hpp"

namespace {

using namespace klatsch;
using namespace klatsch::persistence;
using clock_type = std::chrono::steady_clock;

constexpr int rooms = 8;
constexpr auto duration = std::chrono::seconds(3);

/// Appends for a while; the number of messages that were acknowledged.
long append_for_a_while(
    store& backend, std::size_t group_size, const std::vector<std::int64_t>& epochs) {
  static long count = 0;
  auto run = std::to_string(clock_type::now().time_since_epoch().count());
  long acknowledged = 0;
  std::vector<store_request> group;
  for (auto end = clock_type::now() + duration; clock_type::now() < end;) {
    group.clear();
    for (std::size_t i = 0; i < group_size; ++i, ++count) {
      auto room = static_cast<std::size_t>(count % rooms);
      group.push_back(append_message{
          "bench" + std::to_string(room),
          epochs[room],
          {"sender", "Sender"},
          std::string(100, 'x'),
          run + "-" + std::to_string(count),
          1700000000000 + count});
    }
    for (const auto& result : backend.execute(group))
      acknowledged += std::holds_alternative<appended>(result);
  }
  return acknowledged;
}

} // namespace

int main(int argc, char** argv) try {
  auto backend = open_named_store({argv + 1, argv + argc}, "store_bench");
  if (!backend) {
    std::fprintf(stderr, "usage: %s sqlite <file> | redis <host> <port>\n", argv[0]);
    return 2;
  }
  std::vector<std::int64_t> epochs;
  for (int i = 0; i < rooms; ++i) {
    auto room = "bench" + std::to_string(i);
    one(*backend, create_room{room, "Bench", 1});
    auto activated = one(*backend, activate_room{room});
    if (!std::holds_alternative<activated_room>(activated)) {
      std::fprintf(stderr, "the store doesn't work\n");
      return 1;
    }
    epochs.push_back(std::get<activated_room>(activated).epoch);
  }
  for (std::size_t group_size : {1, 64, 512}) {
    auto begin = clock_type::now();
    auto acknowledged = append_for_a_while(*backend, group_size, epochs);
    std::chrono::duration<double> took = clock_type::now() - begin;
    std::printf(
        "groups of %3zu: %8.0f messages/s\n", group_size,
        static_cast<double>(acknowledged) / took.count());
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
