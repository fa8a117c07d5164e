#include "bench/scenarios/fan_out.hpp"

#include <algorithm>
#include <charconv>

#include "bench/scenarios/all_scenarios.hpp"
#include "bench/scenarios/latency_fields.hpp"

namespace klatsch::bench {

namespace {

/// A message that hasn't come after so long without any other coming is taken for lost.
constexpr std::int64_t silence_us = 5'000'000;
/// Time in which a message that comes twice would come.
constexpr std::int64_t echo_us = 100'000;
/// Beyond this share of the saturation an open loop measures only how fast a queue grows.
constexpr double sustainable = 0.9;

population::shape shape_of(const run_options& options, std::uint32_t senders) {
  population::shape result;
  result.rooms = options.rooms;
  result.members_per_room = options.members;
  result.senders_per_room = std::clamp(senders, 1u, options.members);
  result.at_once = options.at_once;
  return result;
}

} // namespace

fan_out::fan_out(const scenario_context& context, std::uint32_t senders)
    : context_(context), people_(
                             context.loop,
                             context.protocol,
                             context.options.servers,
                             shape_of(context.options, senders)),
      rooms_(context.options.rooms) {
  for (auto& room : rooms_)
    room.sent.assign(people_.wanted().senders_per_room, 0);
}

void fan_out::run() {
  people_.settle(context_.patience_us());
  people_.observe_with(*this);
  for (const auto& step : context_.options.steps)
    run_step(step);
}

void fan_out::on_delivery(member& who, const stamp& what) {
  if (what.room != who.room()) [[unlikely]] {
    ++wrong_.foreign;
    return;
  }
  who.received().arrived(what.sender, what.number);
  ++delivered_;
  if (measures_)
    latency_us_.add(static_cast<std::uint32_t>(context_.loop.read_us()) - what.intended_us);
  auto& room = rooms_[what.room];
  if (++room.deliveries != room.refill_at)
    return;
  room.refill_at += people_.wanted().members_per_room;
  if (refills_)
    send(what.room, context_.loop.read_us());
}

void fan_out::send(std::uint32_t room, std::int64_t intended_us) {
  auto& state = rooms_[room];
  auto sender = static_cast<std::uint32_t>(state.sent_altogether++ % state.sent.size());
  stamp what{room, sender, state.sent[sender]++, static_cast<std::uint32_t>(intended_us)};
  write_text(what, context_.options.text_bytes, text_);
  people_.of(room, sender).say(people_.room_name(room), text_);
  expected_ += people_.wanted().members_per_room;
}

double fan_out::rate_of(const std::string& step) const {
  double number = 0;
  auto end = step.data() + step.size();
  auto [rest, error] = std::from_chars(step.data(), end, number);
  bool is_share = rest != end && *rest == '%';
  if (error != std::errc{} || number <= 0 || rest + is_share != end)
    throw std::invalid_argument(step + " is no step: saturation, 20% or deliveries per second");
  if (is_share && saturation_per_second_ == 0)
    throw std::invalid_argument("a share of the saturation needs the step saturation before it");
  return is_share ? number / 100 * saturation_per_second_ : number;
}

void fan_out::run_step(const std::string& step) {
  measured_span span{context_.server};
  double wanted_per_second = 0;
  if (step == "saturation") {
    run_closed(span);
  } else {
    wanted_per_second = rate_of(step);
    if (saturation_per_second_ > 0 && wanted_per_second > sustainable * saturation_per_second_) {
      result_line line;
      line.add("step", step).add("rooms", std::int64_t{context_.options.rooms});
      line.add("members", std::int64_t{context_.options.members});
      line.add("left_out", "past saturation");
      return context_.out.write(line);
    }
    run_open(span, wanted_per_second);
  }
  drain();
  check();
  if (delivered_in_span_ == 0)
    throw std::runtime_error("nothing arrived in the time that is measured; take more --seconds");
  if (wanted_per_second == 0)
    saturation_per_second_ = static_cast<double>(delivered_in_span_) / span.seconds();
  write_line(step, span, wanted_per_second);
}

void fan_out::begin_measuring(measured_span& span) {
  latency_us_.clear();
  delivered_in_span_ = delivered_;
  measures_ = true;
  span.begin();
}

void fan_out::end_measuring(measured_span& span) {
  span.end();
  measures_ = false;
  delivered_in_span_ = delivered_ - delivered_in_span_;
}

void fan_out::run_closed(measured_span& span) {
  auto& loop = context_.loop;
  refills_ = true;
  for (std::uint32_t room = 0; room < rooms_.size(); ++room) {
    rooms_[room].refill_at = rooms_[room].deliveries + people_.wanted().members_per_room;
    for (std::uint32_t i = 0; i < context_.options.window; ++i)
      send(room, now_us());
  }
  auto never = [] { return false; };
  loop.run_until(never, static_cast<std::int64_t>(context_.options.warm_up_seconds * 1e6));
  begin_measuring(span);
  loop.run_until(never, static_cast<std::int64_t>(context_.options.seconds * 1e6));
  end_measuring(span);
  refills_ = false;
}

void fan_out::run_open(measured_span& span, double deliveries_per_second) {
  auto interval_us = people_.wanted().members_per_room * 1e6 / deliveries_per_second;
  auto begin_us = now_us();
  auto measure_us = begin_us + static_cast<std::int64_t>(context_.options.warm_up_seconds * 1e6);
  auto end_us = measure_us + static_cast<std::int64_t>(context_.options.seconds * 1e6);
  std::uint64_t sent = 0;
  for (auto now = begin_us; now < end_us; now = now_us()) {
    if (!measures_ && now >= measure_us)
      begin_measuring(span);
    auto due_us = begin_us;
    for (;;) {
      due_us = begin_us + static_cast<std::int64_t>(static_cast<double>(sent) * interval_us);
      if (due_us > now)
        break;
      send(static_cast<std::uint32_t>(sent++ % rooms_.size()), due_us);
    }
    context_.loop.turn(std::min(due_us, end_us) - now);
  }
  end_measuring(span);
}

void fan_out::drain() {
  auto before = delivered_;
  auto complete = [this] { return delivered_ >= expected_; };
  while (!context_.loop.run_until(complete, silence_us) && delivered_ != before)
    before = delivered_;
  context_.loop.run_until([] { return false; }, echo_us);
}

void fan_out::check() {
  auto found = wrong_;
  for (auto& each : people_.members())
    found += each.received().found(rooms_[each.room()].sent);
  if (found.any())
    throw wrong_delivery(describe(found) + " of " + std::to_string(expected_) + " deliveries");
  if (people_.wanted().senders_per_room > 1 && context_.protocol.has_one_order())
    for (std::uint32_t room = 0; room < rooms_.size(); ++room)
      check_order(room);
}

void fan_out::check_order(std::uint32_t room) {
  auto wanted = people_.of(room, 0).received().order();
  for (std::uint32_t i = 1; i < people_.wanted().members_per_room; ++i)
    if (people_.of(room, i).received().order() != wanted)
      throw wrong_delivery("members of one room saw its messages in different orders");
}

void fan_out::write_line(const std::string& step, measured_span& span, double wanted_per_second) {
  const auto& options = context_.options;
  result_line line;
  line.add("step", step).add("rooms", std::int64_t{options.rooms});
  line.add("members", std::int64_t{options.members});
  if (wanted_per_second > 0)
    line.add("wanted_per_second", wanted_per_second);
  else
    line.add("window", std::int64_t{options.window});
  span.add_to(line, "deliveries", "delivery", static_cast<std::int64_t>(delivered_in_span_));
  add_latency(line, latency_us_);
  context_.out.write(line);
}

std::unique_ptr<scenario> make_fan_out(const scenario_context& context) {
  return std::make_unique<fan_out>(context, context.options.senders);
}

} // namespace klatsch::bench
