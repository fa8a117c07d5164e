#include <csignal>
#include <deque>

#include "bench/generator/measured_span.hpp"
#include "bench/generator/population.hpp"
#include "bench/scenarios/all_scenarios.hpp"

namespace klatsch::bench {

namespace {

/// Between two attempts of one member to come back.
constexpr std::int64_t pause_us = 100'000;
/// Time in which a message that comes twice would come.
constexpr std::int64_t echo_us = 300'000;

population::shape shape_of(const run_options& options) {
  population::shape result;
  result.rooms = options.rooms;
  result.members_per_room = options.members;
  result.at_once = options.at_once;
  result.senders_apart = true;
  return result;
}

/// All members but the senders leave at the same moment, or their server is killed; messages are
/// sent meanwhile; then all come back at once, at the last server, and must miss nothing.
class resume_storm final : public scenario, private member::observer {
 public:
  explicit resume_storm(const scenario_context& context)
      : context_(context),
        people_(context.loop, context.protocol, context.options.servers, shape_of(context.options)),
        sent_(people_.wanted().rooms) {}

  void run() override {
    check_options();
    for (auto& each : people_.members())
      each.keep_place();
    people_.settle(context_.patience_us());
    people_.observe_with(*this);
    say_everywhere(1);
    wait_until("the first messages", [this] { return delivered_ >= expected_; });
    auto begin_us = now_us();
    leave();
    say_everywhere(context_.options.messages);
    wait_until("the leaving", [this] { return away_ >= leaving(); });
    come_back(begin_us);
  }

 private:
  struct attempt {
    member* who;
    std::int64_t due_us;
  };

  std::size_t leaving() const {
    return people_.wanted().rooms * std::size_t{people_.wanted().members_per_room - 1};
  }

  bool is_sender(const member& who) { return &who == &people_.of(who.room(), 0); }

  void check_options() const {
    const auto& options = context_.options;
    if (!context_.protocol.resumes())
      throw std::invalid_argument(options.protocol + " can't resume");
    if (options.killed != 0 && options.servers.size() < 2)
      throw std::invalid_argument("when a server is killed another one must be there");
  }

  void leave() {
    leaving_ = true;
    if (context_.options.killed != 0) {
      if (kill(context_.options.killed, SIGKILL) != 0)
        throw std::runtime_error("can't kill the process of --kill");
      return;
    }
    for (auto& each : people_.members()) {
      if (is_sender(each))
        continue;
      each.disconnect();
      ++away_;
    }
  }

  void come_back(std::int64_t begin_us) {
    measured_span span{context_.server};
    auto storm_us = now_us();
    comes_back_ = true;
    for (auto& each : people_.members()) {
      if (is_sender(each))
        continue;
      each.move_to(context_.options.servers.back());
      each.connect();
    }
    auto end_us = storm_us + context_.patience_us();
    while (back_ < leaving() || delivered_ < expected_) {
      try_again();
      context_.loop.turn(10'000);
      if (now_us() > end_us)
        break;
    }
    auto caught_up_us = now_us();
    span.end();
    context_.loop.run_until([] { return false; }, echo_us);
    check();
    result_line line;
    line.add("rooms", std::int64_t{people_.wanted().rooms});
    line.add("members", std::int64_t{people_.wanted().members_per_room});
    line.add("missed_messages", std::int64_t{context_.options.messages});
    line.add("killed", context_.options.killed != 0 ? "yes" : "no");
    line.add("caught_up_ms", (caught_up_us - storm_us) / 1000);
    line.add("since_leaving_ms", (caught_up_us - begin_us) / 1000).add("retries", retries_);
    span.add_to(line, "resumes", "resume", static_cast<std::int64_t>(leaving()));
    context_.out.write(line);
  }

  void try_again() {
    while (!waiting_.empty() && waiting_.front().due_us <= now_us()) {
      waiting_.front().who->connect();
      waiting_.pop_front();
    }
  }

  void say_everywhere(std::uint32_t count) {
    for (std::uint32_t room = 0; room < sent_.size(); ++room)
      for (std::uint32_t i = 0; i < count; ++i) {
        stamp what{room, 0, sent_[room]++, static_cast<std::uint32_t>(now_us())};
        write_text(what, context_.options.text_bytes, text_);
        people_.of(room, 0).say(people_.room_name(room), text_);
        expected_ += people_.wanted().members_per_room;
      }
  }

  template <class Condition>
  void wait_until(const std::string& what, Condition condition) {
    if (!context_.loop.run_until(condition, context_.patience_us()))
      throw std::runtime_error("not in time: " + what);
  }

  void on_delivery(member& who, const stamp& what) override {
    ++delivered_;
    who.received().arrived(what.sender, what.number);
  }

  void on_ready(member&) override { ++back_; }

  void on_failure(member& who, const std::string& reason) override {
    if (is_sender(who) || !leaving_)
      return observer::on_failure(who, reason);
    if (!comes_back_) {
      ++away_;
      return;
    }
    ++retries_;
    who.disconnect();
    waiting_.push_back({&who, now_us() + pause_us});
  }

  void check() {
    faults found;
    for (auto& each : people_.members())
      found += each.received().found({sent_[each.room()]});
    if (found.any())
      throw wrong_delivery(describe(found) + " of " + std::to_string(expected_) + " deliveries");
    if (back_ < leaving())
      throw std::runtime_error("only " + std::to_string(back_) + " came back in time");
  }

  scenario_context context_;
  population people_;
  std::vector<std::uint32_t> sent_;
  std::deque<attempt> waiting_;
  std::string text_;
  std::size_t delivered_ = 0;
  std::size_t expected_ = 0;
  std::size_t away_ = 0;
  std::size_t back_ = 0;
  std::int64_t retries_ = 0;
  bool leaving_ = false;
  bool comes_back_ = false;
};

} // namespace

std::unique_ptr<scenario> make_resume_storm(const scenario_context& context) {
  return std::make_unique<resume_storm>(context);
}

} // namespace klatsch::bench
