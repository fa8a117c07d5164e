#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <variant>

#include "actors/error.hpp"
#include "actors/interfaces.hpp"
#include "actors/type_ids.hpp"
#include "persistence/store.hpp"

namespace klatsch {

/// What a test does to the store.
struct store_faults {
  /// Everything fails, nothing is done.
  bool down = false;
  /// Appends are done, and their answer is lost.
  bool lose_answers = false;
};

/// The store actor on the test's own thread: a real store without the worker, so that CAF's
/// deterministic scheduler sees every step.
class direct_store_state {
 public:
  using interface = store_actor;
  static constexpr const char* name = "test.store";

  direct_store_state(interface::pointer, persistence::store* backend, store_faults* faults)
      : backend_(backend), faults_(faults) {}

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
        [this](const ps::append_message& x) { return execute(x); },
        [this](const ps::read_room& x) { return execute(x); },
        [this](const ps::append_private& x) { return execute(x); },
        [this](const ps::read_private& x) { return execute(x); },
        [this](const ps::list_conversations& x) { return execute(x); },
        [this](const ps::mark_delivered& x) { return execute(x); },
        [this](const ps::check_store& x) { return execute(x); },
        [](const store_completions&) {},
    };
  }

 private:
  template <class Request>
  caf::result<typename Request::result> execute(const Request& request) {
    using result = typename Request::result;
    if (faults_->down)
      return make_error(persistence::store_error::unavailable);
    const persistence::store_request group[] = {request};
    auto answer = std::move(backend_->execute(group).front());
    if (faults_->lose_answers)
      return make_error(persistence::store_error::unavailable);
    if (auto* error = std::get_if<persistence::store_error>(&answer))
      return make_error(*error);
    return std::get<result>(std::move(answer));
  }

  persistence::store* backend_;
  store_faults* faults_;
};

} // namespace klatsch
