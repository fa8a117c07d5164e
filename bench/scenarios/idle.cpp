#include <algorithm>

#include "bench/generator/population.hpp"
#include "bench/scenarios/all_scenarios.hpp"

namespace klatsch::bench {

namespace {

/// The memory of a joined connection on which nothing happens: the proportional set size of all
/// processes of the server with all of them, less that with one.
class idle_scenario final : public scenario {
 public:
  explicit idle_scenario(const scenario_context& context) : context_(context) {}

  void run() override {
    const auto& options = context_.options;
    if (!context_.server.known())
      throw std::invalid_argument("idle needs the processes of the server: --pids=...");
    // What a server sets up for its first room and connection is no cost of each.
    population first{context_.loop, context_.protocol, options.servers, {1, 1, 1, 1}};
    first.settle(context_.patience_us());
    const auto before = kib_at_rest();
    population people{
        context_.loop,
        context_.protocol,
        options.servers,
        {options.rooms, options.members, 1, options.at_once}};
    people.settle(context_.patience_us());
    const auto after = kib_at_rest();
    auto count = static_cast<std::int64_t>(people.members().size());
    result_line line;
    line.add("rooms", std::int64_t{options.rooms}).add("members", std::int64_t{options.members});
    line.add("connections", count).add("total_kib", after);
    line.add(
        "kib_per_connection", static_cast<double>(after - before) / static_cast<double>(count));
    context_.out.write(line);
  }

 private:
  /// When what was left to do is done and what was left to free is freed: servers take some seconds
  /// to give back what they do not need any more.
  std::int64_t kib_at_rest() {
    rest(context_.options.seconds);
    auto now = context_.server.proportional_kib();
    auto before = now;
    double rested = 0;
    do {
      before = now;
      rest(look_seconds);
      rested += look_seconds;
      now = context_.server.proportional_kib();
    } while (rested < longest_rest_seconds && now < before - before / 100);
    return std::min(before, now);
  }

  void rest(double seconds) {
    context_.loop.run_until([] { return false; }, static_cast<std::int64_t>(seconds * 1e6));
  }

  static constexpr double look_seconds = 5;
  static constexpr double longest_rest_seconds = 60;

  scenario_context context_;
};

} // namespace

std::unique_ptr<scenario> make_idle(const scenario_context& context) {
  return std::make_unique<idle_scenario>(context);
}

} // namespace klatsch::bench
