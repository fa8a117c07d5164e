#include <algorithm>

#include "bench/generator/measured_span.hpp"
#include "bench/generator/population.hpp"
#include "bench/scenarios/all_scenarios.hpp"
#include "bench/scenarios/latency_fields.hpp"

namespace klatsch::bench {

namespace {

constexpr std::uint32_t page = 50;
constexpr std::uint32_t under_way = 16;

/// Members read the newest page of their room, again and again, each one page after the other.
class history_scenario final : public scenario, private member::observer {
 public:
  explicit history_scenario(const scenario_context& context)
      : context_(context),
        people_(
            context.loop,
            context.protocol,
            context.options.servers,
            {context.options.rooms, context.options.members, 1, context.options.at_once}),
        asked_us_(people_.members().size()), sent_(people_.wanted().rooms) {}

  void run() override {
    const auto& options = context_.options;
    if (!context_.protocol.acknowledges())
      throw std::invalid_argument(options.protocol + " has no history");
    people_.settle(context_.patience_us());
    people_.observe_with(*this);
    fill();
    asks_ = true;
    for (auto& each : people_.members())
      ask(each);
    auto never = [] { return false; };
    context_.loop.run_until(never, static_cast<std::int64_t>(options.warm_up_seconds * 1e6));
    latency_us_.clear();
    auto before = pages_;
    measured_span span{context_.server};
    context_.loop.run_until(never, static_cast<std::int64_t>(options.seconds * 1e6));
    span.end();
    asks_ = false;
    result_line line;
    line.add("rooms", std::int64_t{options.rooms}).add("members", std::int64_t{options.members});
    line.add("messages", std::int64_t{options.messages});
    span.add_to(line, "pages", "page", pages_ - before);
    add_latency(line, latency_us_);
    context_.out.write(line);
  }

 private:
  void fill() {
    for (std::uint32_t room = 0; room < sent_.size(); ++room)
      for (std::uint32_t i = 0; i < std::min(under_way, context_.options.messages); ++i)
        say(room);
    auto wanted = std::int64_t{context_.options.messages} * people_.wanted().rooms;
    auto done = [&] {
      return acknowledged_ >= wanted && delivered_ >= wanted * people_.wanted().members_per_room;
    };
    if (!context_.loop.run_until(done, context_.patience_us()))
      throw wrong_delivery("the messages that are to be read did not all arrive");
    faults found;
    for (auto& each : people_.members())
      found += each.received().found({sent_[each.room()]});
    if (found.any())
      throw wrong_delivery(describe(found));
  }

  void say(std::uint32_t room) {
    stamp what{room, 0, sent_[room]++, static_cast<std::uint32_t>(now_us())};
    write_text(what, context_.options.text_bytes, text_);
    people_.of(room, 0).say(people_.room_name(room), text_);
  }

  void ask(member& who) {
    asked_us_[who.number()] = now_us();
    who.ask_history(people_.room_name(who.room()), page);
  }

  void on_delivery(member& who, const stamp& what) override {
    ++delivered_;
    who.received().arrived(what.sender, what.number);
  }

  void on_acknowledged(member& who, unsigned count) override {
    acknowledged_ += count;
    for (; count > 0 && sent_[who.room()] < context_.options.messages; --count)
      say(who.room());
  }

  void on_page(member& who, unsigned messages) override {
    if (messages != std::min(page, context_.options.messages))
      throw wrong_delivery("a page had " + std::to_string(messages) + " messages");
    ++pages_;
    latency_us_.add(static_cast<std::uint64_t>(context_.loop.read_us() - asked_us_[who.number()]));
    if (asks_)
      ask(who);
  }

  scenario_context context_;
  population people_;
  std::vector<std::int64_t> asked_us_;
  std::vector<std::uint32_t> sent_;
  std::string text_;
  log_histogram latency_us_;
  std::int64_t acknowledged_ = 0;
  std::int64_t delivered_ = 0;
  std::int64_t pages_ = 0;
  bool asks_ = false;
};

} // namespace

std::unique_ptr<scenario> make_history(const scenario_context& context) {
  return std::make_unique<history_scenario>(context);
}

} // namespace klatsch::bench
