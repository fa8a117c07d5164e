#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/error.hpp"
#include "actors/inline_execution.hpp"
#include "actors/interfaces.hpp"
#include "actors/metrics.hpp"
#include "actors/type_ids.hpp"
#include "persistence/store_worker.hpp"

namespace klatsch {

/// The store as an actor: hands each request to the worker and answers it when the group
/// that it was in has been executed, messages to a room when all of theirs have. Answers one sender
/// in the order of its requests.
class store_state {
 public:
  using interface = store_actor;
  static constexpr const char* name = "klatsch.store";

  store_state(
      interface::pointer self,
      metrics* counters,
      std::shared_ptr<persistence::store_worker> worker);

  interface::behavior_type make_behavior();

 private:
  template <class Request>
  caf::result<typename Request::result> submit(Request& request) {
    using result = typename Request::result;
    auto promise = self_->make_response_promise<result>();
    if (!worker_->submit(next_ticket_, std::move(request))) {
      promise.deliver(make_error(protocol::error_code::overloaded));
      return promise;
    }
    await_results(1, [this, promise](persistence::store_result& answer) mutable {
      if (auto* content = std::get_if<result>(&answer))
        promise.deliver(std::move(*content));
      else
        promise.deliver(failure_of(answer));
    });
    return promise;
  }

  caf::result<append_outcomes> append(const append_messages& request);

  using result_handler = std::function<void(persistence::store_result&)>;
  void await_results(std::size_t results, result_handler take);
  /// Of what is not the result of its request.
  caf::error failure_of(const persistence::store_result& result);
  void complete(const store_completions& completions);
  void count_waiting();

  interface::pointer self_;
  metrics* metrics_;
  std::shared_ptr<persistence::store_worker> worker_;
  struct awaited {
    std::size_t results;
    result_handler take;
  };

  std::uint64_t next_ticket_ = 0;
  std::uint64_t next_result_ = 0;
  /// What to do with the results that are still to come, in the order of the tickets.
  std::deque<awaited> waiting_;
};

struct running_store {
  store_actor handle;
  /// Stopped by its owner, when all that could ask the actor have ended.
  std::shared_ptr<persistence::store_worker> worker;
};

/// For a worker whose results are delivered on the thread of `unit`, as long as there is one: the
/// store's actor and the first that it answers run there.
persistence::store_worker::receiver
deliver_completions(const store_actor& handle, inline_execution& unit);

/// Starts the actor and its worker. `counters` outlives both.
running_store start_store(
    caf::actor_system& system,
    metrics* counters,
    std::unique_ptr<persistence::store> backend,
    persistence::store_worker::options options);

} // namespace klatsch
