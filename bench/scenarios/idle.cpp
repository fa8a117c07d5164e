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
    rest();
    auto before = context_.server.proportional_kib();
    population people{
        context_.loop,
        context_.protocol,
        options.servers,
        {options.rooms, options.members, 1, options.at_once}};
    people.settle(context_.patience_us());
    rest();
    auto after = context_.server.proportional_kib();
    auto count = static_cast<std::int64_t>(people.members().size());
    result_line line;
    line.add("rooms", std::int64_t{options.rooms}).add("members", std::int64_t{options.members});
    line.add("connections", count).add("total_kib", after);
    line.add(
        "kib_per_connection", static_cast<double>(after - before) / static_cast<double>(count));
    context_.out.write(line);
  }

 private:
  /// What is left to do is done, and what is left to free is freed.
  void rest() {
    auto us = static_cast<std::int64_t>(context_.options.seconds * 1e6);
    context_.loop.run_until([] { return false; }, us);
  }

  scenario_context context_;
};

} // namespace

std::unique_ptr<scenario> make_idle(const scenario_context& context) {
  return std::make_unique<idle_scenario>(context);
}

} // namespace klatsch::bench
