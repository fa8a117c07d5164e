#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/generator/log_histogram.hpp"
#include "bench/generator/measured_span.hpp"
#include "bench/generator/population.hpp"
#include "bench/scenario.hpp"

namespace klatsch::bench {

/// R rooms of M members. Saturation: each room has a given number of messages under way, a new one
/// is sent when one has reached everybody. Other steps: messages at a fixed rate, whatever comes
/// back, and the latency counts from the time when each was to be sent.
class fan_out final : public scenario, private member::observer {
 public:
  fan_out(const scenario_context& context, std::uint32_t senders);

  void run() override;

 private:
  struct room_state {
    /// Messages sent, by sender.
    std::vector<std::uint32_t> sent;
    std::uint64_t sent_altogether = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t refill_at = 0;
  };

  void on_delivery(member& who, const stamp& what) override;

  void run_step(const std::string& step);
  void run_closed(measured_span& span);
  void run_open(measured_span& span, double deliveries_per_second);
  double rate_of(const std::string& step) const;
  void send(std::uint32_t room, std::int64_t intended_us);
  void drain();
  void check();
  void check_order(std::uint32_t room);
  void begin_measuring(measured_span& span);
  void end_measuring(measured_span& span);
  void write_line(const std::string& step, measured_span& span, double wanted_per_second);

  scenario_context context_;
  population people_;
  std::vector<room_state> rooms_;
  std::string text_;
  log_histogram latency_us_;
  faults wrong_;
  std::uint64_t delivered_ = 0;
  std::uint64_t expected_ = 0;
  std::uint64_t delivered_in_span_ = 0;
  double saturation_per_second_ = 0;
  bool refills_ = false;
  bool measures_ = false;
};

} // namespace klatsch::bench
