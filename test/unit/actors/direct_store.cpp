#include "test/unit/actors/direct_store.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "actors/actor_from_state.hpp"
#include "actors/error.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

namespace {

class direct_store_state {
 public:
  using interface = store_actor;
  static constexpr const char* name = "test.store";

  direct_store_state(interface::pointer self, persistence::store* backend, store_faults* faults)
      : self_(self), backend_(backend), faults_(faults) {}

  interface::behavior_type make_behavior() {
    namespace ps = persistence;
    return {
        [this](const ps::find_session& x) { return execute(x); },
        [this](const ps::create_user& x) { return execute(x); },
        [this](const ps::delete_session& x) { return execute(x); },
        [this](const ps::expire_sessions& x) { return execute(x); },
        [this](const ps::load_user& x) { return execute(x); },
        [this](const ps::rename_user& x) { return execute(x); },
        [this](const ps::create_room& x) { return execute(x); },
        [this](const ps::list_rooms& x) { return execute(x); },
        [this](const ps::activate_room& x) { return execute(x); },
        [this](const ps::add_member& x) { return execute(x); },
        [this](const ps::remove_member& x) { return execute(x); },
        [this](const ps::check_epoch& x) { return execute(x); },
        [this](const append_messages& x) { return append(x); },
        [this](const ps::read_room& x) { return execute(x); },
        [this](const ps::append_private& x) { return execute(x); },
        [this](const ps::read_private& x) { return execute(x); },
        [this](const ps::list_conversations& x) { return execute(x); },
        [this](const ps::mark_delivered& x) { return execute(x); },
        [this](const ps::check_store& x) { return execute(x); },
        [this](const store_completions&) {
          for (auto& each : std::exchange(faults_->held, {}))
            each();
        },
    };
  }

 private:
  caf::result<append_outcomes> append(const append_messages& request) {
    ++faults_->append_requests;
    auto outcomes = [this, each = request.each] {
      append_outcomes made;
      for (auto& message : *each)
        std::visit(
            [&](const auto& outcome) { made.each.emplace_back(outcome); }, execute_now(message));
      return made;
    };
    const auto held = [this](auto& message) { return faults_->hold && faults_->hold(message); };
    if (std::ranges::none_of(*request.each, held))
      return outcomes();
    auto promise = self_->make_response_promise<append_outcomes>();
    faults_->held.push_back([outcomes, promise]() mutable { promise.deliver(outcomes()); });
    return promise;
  }

  template <class Request>
  caf::result<typename Request::result> execute(const Request& request) {
    using result = typename Request::result;
    if (faults_->hold && faults_->hold(request)) {
      auto promise = self_->make_response_promise<result>();
      faults_->held.push_back([this, request, promise]() mutable {
        auto answer = execute_now(request);
        if (auto* content = std::get_if<result>(&answer))
          promise.deliver(std::move(*content));
        else
          promise.deliver(std::get<caf::error>(std::move(answer)));
      });
      return promise;
    }
    auto answer = execute_now(request);
    if (auto* error = std::get_if<caf::error>(&answer))
      return std::move(*error);
    return std::get<result>(std::move(answer));
  }

  template <class Request>
  std::variant<typename Request::result, caf::error> execute_now(const Request& request) {
    using result = typename Request::result;
    if (faults_->down)
      return make_error(persistence::store_error::unavailable);
    if constexpr (std::is_same_v<Request, persistence::activate_room>)
      if (faults_->present_view != 0 && request.view != faults_->present_view)
        return make_error(persistence::store_error::stale_view);
    const persistence::store_request group[] = {request};
    auto* store = faults_->replica ? faults_->replica : backend_;
    auto answer = std::move(store->execute(group).front());
    if (faults_->lose_answers)
      return make_error(persistence::store_error::unavailable);
    if (auto* error = std::get_if<persistence::store_error>(&answer))
      return make_error(*error);
    return std::get<result>(std::move(answer));
  }

  interface::pointer self_;
  persistence::store* backend_;
  store_faults* faults_;
};

} // namespace

store_actor
spawn_direct_store(caf::actor_system& system, persistence::store* backend, store_faults* faults) {
  return spawn_state<direct_store_state>(system, backend, faults);
}

} // namespace klatsch
