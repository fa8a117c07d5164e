#include "bench/generator/measured_span.hpp"
#include "bench/generator/population.hpp"
#include "bench/scenarios/all_scenarios.hpp"
#include "bench/scenarios/latency_fields.hpp"

namespace klatsch::bench {

namespace {

/// Handshake, a session of a new user, and joining a room: as fast as they go with a given number
/// at the same time.
class connect_scenario final : public scenario {
 public:
  explicit connect_scenario(const scenario_context& context) : context_(context) {}

  void run() override {
    const auto& options = context_.options;
    population people{
        context_.loop,
        context_.protocol,
        options.servers,
        {options.rooms, options.members, 1, options.at_once}};
    measured_span span{context_.server};
    people.settle(context_.patience_us());
    span.end();
    result_line line;
    line.add("rooms", std::int64_t{options.rooms}).add("members", std::int64_t{options.members});
    line.add("at_once", std::int64_t{options.at_once});
    span.add_to(
        line, "connections", "connection", static_cast<std::int64_t>(people.members().size()));
    add_latency(line, people.settling_us());
    context_.out.write(line);
  }

 private:
  scenario_context context_;
};

} // namespace

std::unique_ptr<scenario> make_connect(const scenario_context& context) {
  return std::make_unique<connect_scenario>(context);
}

} // namespace klatsch::bench
