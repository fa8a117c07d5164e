// What a room's actor costs for each message: it checks the sender, has the store number the
// message, answers, and tells one node's relay. The argument is how many messages are sent before
// their answers are waited for.
//
// All actors run on one thread of the server's scheduler, store and relay are stand-ins that do
// nothing. So what is measured is the room and four messages between actors: `say` and its answer,
// the append and its answer. `store_alone` is the half of it that has no room. Times are processor
// time of the whole process.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/actor_from_state.hpp"
#include "actors/directory.hpp"
#include "actors/error.hpp"
#include "actors/model_environment.hpp"
#include "actors/scheduler.hpp"
#include "bench/micro/examples.hpp"

namespace klatsch::micro {

namespace {

namespace ps = persistence;

const protocol::user sender{"k7m2p9xa", "Ann"};

// -- stand-ins ------------------------------------------------------------------------------------

template <class Request>
auto refuse() {
  return [](const Request&) -> caf::result<typename Request::result> {
    return make_error(ps::store_error::unavailable);
  };
}

/// Gives each message the next number at once, and knows one member of one room.
class instant_store {
 public:
  using interface = store_actor;
  static constexpr const char* name = "micro.store";

  explicit instant_store(interface::pointer) {}

  interface::behavior_type make_behavior() {
    return {
        refuse<ps::find_session>(),
        refuse<ps::create_user>(),
        refuse<ps::delete_session>(),
        refuse<ps::expire_sessions>(),
        refuse<ps::load_user>(),
        refuse<ps::rename_user>(),
        refuse<ps::create_room>(),
        refuse<ps::list_rooms>(),
        [](const ps::activate_room&) {
          return ps::activated_room{"Beach", 1, 0, {sender}, 0};
        },
        refuse<ps::add_member>(),
        refuse<ps::remove_member>(),
        refuse<ps::check_epoch>(),
        [this](const append_messages& messages) {
          append_outcomes outcomes;
          for (auto& each : *messages.each)
            outcomes.each.emplace_back(ps::appended{++seq_, each.ts, false});
          return outcomes;
        },
        refuse<ps::read_room>(),
        refuse<ps::append_private>(),
        refuse<ps::read_private>(),
        refuse<ps::list_conversations>(),
        refuse<ps::mark_delivered>(),
        refuse<ps::check_store>(),
        [](const store_completions&) {},
    };
  }

 private:
  std::int64_t seq_ = 0;
};

/// Takes the room's events, as the relay of a node does.
relay_actor::behavior_type deaf_relay() {
  return {
      [](const room_events&) {},
      [](const hub_actor&) {},
      [](const watch_room&) {},
  };
}

// -- who talks ------------------------------------------------------------------------------------

struct to_room {
  using receiver = room_actor;
  using answer = said;
  static say request() { return {sender, {{example_text(), "c-0001"}}}; }
};

struct to_store {
  using receiver = store_actor;
  using answer = append_outcomes;
  static append_messages request() {
    const ps::append_message one{"beach", 1, sender, example_text(), "c-0001", 1790000000123};
    return {std::make_shared<const std::vector<ps::append_message>>(1, one)};
  }
};

/// Asked for a number of messages and how many of them make a turn; answers when all are answered.
using talker_actor = caf::typed_actor<replies_to<std::int64_t, std::int64_t>::with<std::int64_t>>;

/// Sends as a session does, and on the same thread as the others: waking another thread for each
/// message would be most of what is measured.
template <class Addressee>
class talker {
 public:
  using interface = talker_actor;
  static constexpr const char* name = "micro.talker";

  talker(
      interface::pointer self,
      typename Addressee::receiver receiver,
      std::chrono::milliseconds request_timeout)
      : self_(self), receiver_(std::move(receiver)), request_timeout_(request_timeout) {}

  interface::behavior_type make_behavior() {
    return {
        [this](std::int64_t count, std::int64_t per_turn) -> caf::result<std::int64_t> {
          count_ = left_ = count;
          per_turn_ = per_turn;
          done_ = self_->template make_response_promise<std::int64_t>();
          take_turn();
          return done_;
        },
    };
  }

 private:
  void take_turn() {
    unanswered_ = std::min(per_turn_, left_);
    left_ -= unanswered_;
    for (auto i = unanswered_; i != 0; --i)
      self_->request(receiver_, request_timeout_, Addressee::request())
          .then(
              [this](const typename Addressee::answer&) { on_answer(); },
              [this](const caf::error& error) {
                if (done_.pending())
                  done_.deliver(error);
              });
  }

  void on_answer() {
    if (--unanswered_ != 0 || !done_.pending())
      return;
    if (left_ == 0)
      done_.deliver(count_);
    else
      take_turn();
  }

  interface::pointer self_;
  typename Addressee::receiver receiver_;
  std::chrono::milliseconds request_timeout_;
  std::int64_t count_ = 0;
  std::int64_t left_ = 0;
  std::int64_t per_turn_ = 1;
  std::int64_t unanswered_ = 0;
  caf::typed_response_promise<std::int64_t> done_;
};

// -- the node -------------------------------------------------------------------------------------

struct one_thread : caf::actor_system_config {
  one_thread() {
    load<scheduler>();
    set("scheduler.max-threads", std::size_t{1});
  }
};

/// A directory with one room, the attachment of one session to it, and the stand-ins.
class node {
 public:
  node() {
    // Every request is remembered for so long: at this rate the server's 5 s would take 100 MB.
    model_.options.request_timeout = std::chrono::seconds{1};
    model_.counters = &counters_;
    model_.store = spawn_state<instant_store>(system_);
    model_.directory = spawn_state<directory_state>(system_, &model_);
    relay_ = system_.spawn(deaf_relay);
    room_ = ask<room_actor>(model_.directory, resolve_room{"beach"}).value();
    ask<attached>(room_, attach_session{1, sender, relay_, -1}).value();
  }

  ~node() {
    ask<succeeded>(model_.directory, stop_directory{});
    end(model_.directory);
    end(model_.store);
    end(relay_);
    // No handle may outlive the actor system, as the environment does.
    model_.store = nullptr;
    model_.directory = nullptr;
  }

  const room_actor& room() const { return room_; }
  const store_actor& store() const { return model_.store; }

  /// One message to the receiver at each iteration.
  template <class Addressee>
  void measure(benchmark::State& state, const typename Addressee::receiver& receiver) {
    constexpr std::int64_t batch = 8192;
    auto speaks = spawn_state<talker<Addressee>>(system_, receiver, model_.options.request_timeout);
    while (state.KeepRunningBatch(batch))
      if (!ask<std::int64_t>(speaks, batch, state.range(0)))
        state.SkipWithError("a message was refused");
    state.SetItemsProcessed(state.iterations());
    end(speaks);
  }

 private:
  template <class Answer, class Receiver, class... Request>
  std::optional<Answer> ask(const Receiver& receiver, Request... request) {
    std::optional<Answer> result;
    self_->request(receiver, caf::infinite, request...)
        .receive([&](Answer& answer) { result = std::move(answer); }, [](const caf::error&) {});
    return result;
  }

  template <class Handle>
  void end(const Handle& handle) {
    self_->send_exit(handle, caf::exit_reason::user_shutdown);
    self_->wait_for(handle);
  }

  metrics counters_;
  model_environment model_;
  one_thread config_;
  caf::actor_system system_{config_};
  caf::scoped_actor self_{system_};
  relay_actor relay_;
  room_actor room_;
};

void room_sequencing(benchmark::State& state) {
  node one;
  one.measure<to_room>(state, one.room());
}

void room_sequencing_store_alone(benchmark::State& state) {
  node one;
  one.measure<to_store>(state, one.store());
}

BENCHMARK(room_sequencing)->ArgName("per_turn")->Arg(1)->Arg(64)->MeasureProcessCPUTime();
BENCHMARK(room_sequencing_store_alone)
    ->ArgName("per_turn")
    ->Arg(1)
    ->Arg(64)
    ->MeasureProcessCPUTime();

} // namespace

} // namespace klatsch::micro
