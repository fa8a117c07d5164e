#include "bench/generator/measured_span.hpp"
#include "bench/generator/population.hpp"
#include "bench/scenarios/all_scenarios.hpp"
#include "bench/scenarios/latency_fields.hpp"

namespace klatsch::bench {

namespace {

constexpr std::int64_t silence_us = 5'000'000;

/// One sender in each room, whose messages go in batches; a new batch goes when as many messages
/// have been acknowledged.
class acknowledged_sends final : public scenario, private member::observer {
 public:
  explicit acknowledged_sends(const scenario_context& context)
      : context_(context),
        people_(
            context.loop,
            context.protocol,
            context.options.servers,
            {context.options.rooms, context.options.members, 1, context.options.at_once}),
        senders_(people_.wanted().rooms) {}

  void run() override {
    const auto& options = context_.options;
    if (!context_.protocol.acknowledges())
      throw std::invalid_argument(options.protocol + " acknowledges nothing");
    people_.settle(context_.patience_us());
    people_.observe_with(*this);
    refills_ = true;
    for (std::uint32_t room = 0; room < senders_.size(); ++room)
      for (std::uint32_t i = 0; i < options.window; ++i)
        send_batch(room);
    auto never = [] { return false; };
    context_.loop.run_until(never, static_cast<std::int64_t>(options.warm_up_seconds * 1e6));
    latency_us_.clear();
    auto before = acknowledged_;
    measured_span span{context_.server};
    context_.loop.run_until(never, static_cast<std::int64_t>(options.seconds * 1e6));
    span.end();
    auto measured = acknowledged_ - before;
    auto latency = latency_us_;
    refills_ = false;
    drain_and_check();
    result_line line;
    line.add("rooms", std::int64_t{options.rooms}).add("members", std::int64_t{options.members});
    line.add("batch", std::int64_t{options.batch}).add("window", std::int64_t{options.window});
    span.add_to(line, "sends", "send", measured);
    add_latency(line, latency);
    context_.out.write(line);
  }

 private:
  struct sender_state {
    std::uint32_t sent = 0;
    /// Acknowledgements since the last batch was sent for them.
    std::uint32_t acknowledged = 0;
  };

  void send_batch(std::uint32_t room) {
    texts_.resize(context_.options.batch);
    for (auto& text : texts_) {
      stamp what{room, 0, senders_[room].sent++, static_cast<std::uint32_t>(now_us())};
      write_text(what, context_.options.text_bytes, text);
    }
    people_.of(room, 0).say_all(people_.room_name(room), texts_);
    expected_ += context_.options.batch;
  }

  void on_acknowledged(member& who, unsigned count) override {
    acknowledged_ += count;
    auto& sender = senders_[who.room()];
    sender.acknowledged += count;
    if (sender.acknowledged < context_.options.batch)
      return;
    sender.acknowledged -= context_.options.batch;
    if (refills_)
      send_batch(who.room());
  }

  void on_delivery(member& who, const stamp& what) override {
    ++delivered_;
    who.received().arrived(what.sender, what.number);
    latency_us_.add(static_cast<std::uint32_t>(context_.loop.read_us()) - what.intended_us);
  }

  void drain_and_check() {
    auto wanted = expected_ * people_.wanted().members_per_room;
    auto before = std::int64_t{-1};
    auto complete = [&] { return acknowledged_ >= expected_ && delivered_ >= wanted; };
    while (before != delivered_ + acknowledged_) {
      before = delivered_ + acknowledged_;
      if (context_.loop.run_until(complete, silence_us))
        break;
    }
    faults found;
    for (auto& each : people_.members())
      found += each.received().found({senders_[each.room()].sent});
    if (found.any())
      throw wrong_delivery(describe(found) + " of " + std::to_string(wanted) + " deliveries");
    if (acknowledged_ != expected_)
      throw wrong_delivery(
          std::to_string(acknowledged_) + " acknowledgements of " + std::to_string(expected_) +
          " messages");
  }

  scenario_context context_;
  population people_;
  std::vector<sender_state> senders_;
  std::vector<std::string> texts_;
  log_histogram latency_us_;
  std::int64_t acknowledged_ = 0;
  std::int64_t expected_ = 0;
  std::int64_t delivered_ = 0;
  bool refills_ = false;
};

} // namespace

std::unique_ptr<scenario> make_acknowledged_sends(const scenario_context& context) {
  return std::make_unique<acknowledged_sends>(context);
}

} // namespace klatsch::bench
