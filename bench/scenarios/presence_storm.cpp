#include "bench/generator/measured_span.hpp"
#include "bench/generator/population.hpp"
#include "bench/scenarios/all_scenarios.hpp"

namespace klatsch::bench {

namespace {

/// Nothing came for so long: the storm is over.
constexpr std::int64_t quiet_us = 300'000;

/// Users who are connected all join one room at the same moment.
class presence_storm final : public scenario, private member::observer {
 public:
  explicit presence_storm(const scenario_context& context)
      : context_(context), people_(
                               context.loop,
                               context.protocol,
                               context.options.servers,
                               {1, context.options.users, 1, context.options.at_once, false}) {}

  void run() override {
    auto& loop = context_.loop;
    people_.settle(context_.patience_us());
    people_.observe_with(*this);
    join(people_.of(0, 0), true);
    wait_for(1);
    loop.run_until([] { return false; }, quiet_us);
    auto bytes = loop.read_bytes();
    measured_span span{context_.server};
    auto begin_us = now_us();
    for (auto& each : people_.members())
      if (each.number() != 0)
        join(each, false);
    wait_for(context_.options.users);
    auto joined_us = now_us() - begin_us;
    wait_for_quiet();
    span.end();
    auto joins = std::int64_t{context_.options.users} - 1;
    auto calm_us = loop.read_us() - begin_us;
    auto got = static_cast<double>(loop.read_bytes() - bytes);
    result_line line;
    line.add("users", std::int64_t{context_.options.users});
    line.add("joined_ms", joined_us / 1000).add("calm_ms", calm_us / 1000);
    line.add("joins_per_second", static_cast<double>(joins) * 1e6 / static_cast<double>(joined_us));
    line.add("bytes_per_join", got / static_cast<double>(joins));
    span.add_cost_to(line, "join", joins);
    context_.out.write(line);
  }

 private:
  void join(member& who, bool first) { who.join(people_.room_name(0), first); }
  void on_joined(member&) override { ++joined_; }

  void wait_for(std::uint32_t joined) {
    if (!context_.loop.run_until([&] { return joined_ >= joined; }, context_.patience_us()))
      throw std::runtime_error("only " + std::to_string(joined_) + " joined in time");
  }

  void wait_for_quiet() {
    auto& loop = context_.loop;
    auto is_quiet = [&] { return now_us() - loop.read_us() >= quiet_us; };
    if (!loop.run_until(is_quiet, context_.patience_us()))
      throw std::runtime_error("the server still talks of those who joined");
  }

  scenario_context context_;
  population people_;
  std::uint32_t joined_ = 0;
};

} // namespace

std::unique_ptr<scenario> make_presence_storm(const scenario_context& context) {
  return std::make_unique<presence_storm>(context);
}

} // namespace klatsch::bench
