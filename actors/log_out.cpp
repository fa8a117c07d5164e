#include "actors/log_out.hpp"

#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/sec.hpp>
#include <spdlog/spdlog.h>

#include "actors/clock.hpp"
#include "actors/error.hpp"
#include "actors/token.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

namespace ps = persistence;

void log_out_token(
    caf::actor_system& system,
    const model_environment& environment,
    const std::string& token,
    std::function<void()> done) {
  auto work = [&environment, hash = hash_token(token)](caf::event_based_actor* self) {
    const auto patience = environment.options.request_timeout;
    auto failed = [](const caf::error& error) {
      if (store_error_of(error) != ps::store_error::not_found)
        spdlog::warn("log out: failed, {}", protocol::row_of(code_of(error)).name);
    };
    // The token is about to end: how long it would have lived does not matter.
    const auto now = now_ms();
    self->request(environment.store, patience, ps::find_session{hash, now, now + 60000})
        .then(
            [=, &environment](const protocol::user& who) {
              self->request(environment.directory, patience, resolve_user{who.id})
                  .then(
                      [=](const user_actor& user) {
                        self->request(user, patience, klatsch::log_out{hash})
                            .then([](succeeded) {}, failed);
                      },
                      failed);
            },
            failed);
  };
  // The actor ends when nothing is left to wait for.
  auto worker = system.spawn(work);
  worker->attach_functor([done = std::move(done)](const caf::error&) { done(); });
}

} // namespace klatsch
