#include <algorithm>
#include <array>

#include "bench/generator/measured_span.hpp"
#include "bench/generator/population.hpp"
#include "bench/scenarios/all_scenarios.hpp"
#include "bench/scenarios/latency_fields.hpp"

namespace klatsch::bench {

namespace {

/// A message that hasn't come after so long without any other coming is taken for lost.
constexpr std::int64_t silence_us = 5'000'000;
constexpr std::int64_t echo_us = 100'000;

population::shape shape_of(const run_options& options) {
  population::shape result;
  result.rooms = std::max(1u, options.users / 2);
  result.members_per_room = 2;
  result.senders_per_room = 2;
  result.at_once = options.at_once;
  result.joins = false;
  return result;
}

/// Users in pairs write to each other. Each has a given number of messages under way; a new one is
/// sent when one has arrived.
class private_pairs final : public scenario, private member::observer {
 public:
  explicit private_pairs(const scenario_context& context)
      : context_(context),
        people_(context.loop, context.protocol, context.options.servers, shape_of(context.options)),
        sent_(people_.wanted().rooms) {}

  void run() override {
    const auto& options = context_.options;
    people_.settle(context_.patience_us());
    people_.observe_with(*this);
    refills_ = true;
    for (std::uint32_t pair = 0; pair < sent_.size(); ++pair)
      for (std::uint32_t sender = 0; sender < 2; ++sender)
        for (std::uint32_t i = 0; i < options.window; ++i)
          send(pair, sender, now_us());
    auto never = [] { return false; };
    context_.loop.run_until(never, static_cast<std::int64_t>(options.warm_up_seconds * 1e6));
    latency_us_.clear();
    auto before = arrived_;
    measured_span span{context_.server};
    context_.loop.run_until(never, static_cast<std::int64_t>(options.seconds * 1e6));
    span.end();
    auto measured = arrived_ - before;
    auto latency = latency_us_;
    refills_ = false;
    drain();
    check();
    result_line line;
    line.add("users", std::int64_t{people_.wanted().rooms} * 2);
    line.add("window", std::int64_t{options.window});
    span.add_to(line, "messages", "message", measured);
    add_latency(line, latency);
    context_.out.write(line);
  }

 private:
  void send(std::uint32_t pair, std::uint32_t sender, std::int64_t intended_us) {
    stamp what{pair, sender, sent_[pair][sender]++, static_cast<std::uint32_t>(intended_us)};
    write_text(what, context_.options.text_bytes, text_);
    people_.of(pair, sender).whisper(people_.of(pair, 1 - sender), text_);
    ++expected_;
  }

  void on_delivery(member& who, const stamp& what) override {
    if (what.room != who.room() || what.sender > 1) {
      ++foreign_;
      return;
    }
    who.received().arrived(what.sender, what.number);
    if (&who == &people_.of(what.room, what.sender)) {
      ++shown_to_sender_;
      return;
    }
    ++arrived_;
    latency_us_.add(static_cast<std::uint32_t>(context_.loop.read_us()) - what.intended_us);
    if (refills_)
      send(what.room, what.sender, context_.loop.read_us());
  }

  void drain() {
    auto shows_own = context_.protocol.shows_own_private();
    auto complete = [&] {
      return arrived_ >= expected_ && (!shows_own || shown_to_sender_ >= expected_);
    };
    auto before = arrived_ - 1;
    while (before != arrived_) {
      before = arrived_;
      if (context_.loop.run_until(complete, silence_us))
        break;
    }
    context_.loop.run_until([] { return false; }, echo_us);
  }

  void check() {
    faults found;
    found.foreign = foreign_;
    for (auto& each : people_.members()) {
      auto own = each.number() % 2;
      std::vector<std::uint32_t> sent(sent_[each.room()].begin(), sent_[each.room()].end());
      if (!context_.protocol.shows_own_private())
        sent[own] = 0;
      found += each.received().found(sent);
    }
    if (found.any())
      throw wrong_delivery(describe(found) + " of " + std::to_string(expected_) + " messages");
  }

  scenario_context context_;
  population people_;
  std::vector<std::array<std::uint32_t, 2>> sent_;
  std::string text_;
  log_histogram latency_us_;
  std::int64_t arrived_ = 0;
  std::int64_t expected_ = 0;
  std::int64_t shown_to_sender_ = 0;
  std::int64_t foreign_ = 0;
  bool refills_ = false;
};

} // namespace

std::unique_ptr<scenario> make_private_pairs(const scenario_context& context) {
  return std::make_unique<private_pairs>(context);
}

} // namespace klatsch::bench
