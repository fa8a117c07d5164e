#include "actors/directory.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/actor_from_state.hpp"
#include "actors/error.hpp"
#include "actors/room.hpp"
#include "actors/user.hpp"

namespace klatsch {

room_actor room_kind::spawn(directory_context& context, const std::string& id) {
  return spawn_state<room_state>(*context.self, id, context.environment, context.view);
}

user_actor
user_kind::spawn(directory_context& context, const std::string& id, const std::string& made_as) {
  const auto maker = made_as.empty() ? caf::strong_actor_ptr{} : context.self->current_sender();
  return spawn_state<user_state>(
      *context.self, protocol::user{id, made_as}, caf::actor_cast<caf::actor_addr>(maker),
      context.environment);
}

directory_state::directory_state(interface::pointer self, const model_environment* environment)
    : self_(self), context_{self, environment, {}, 0, {}, false}, rooms_(context_),
      users_(context_) {
  if (!environment->options.clustered)
    context_.places.set({{environment->options.node_id, false}});
  self_->set_down_handler([this](const caf::down_msg& down) { on_down(down.source); });
}

directory_state::interface::behavior_type directory_state::make_behavior() {
  return {
      [this](const resolve_room& request) { return rooms_.find(request.room); },
      [this](const resolve_user& request) { return users_.find(request.user_id, request.made_as); },
      [this](const room_online& report) { note_online(report); },
      [this](const list_online& request) { return online(request); },
      [this](const release_room& request) {
        rooms_.release(request.room, sender());
        return succeeded{};
      },
      [this](const release_user& request) {
        users_.release(request.user_id, sender());
        return succeeded{};
      },
      [this](const host_room& request) { return rooms_.host(request.room); },
      [this](const host_user& request) { return users_.host(request.user_id); },
      [this](const give_up_room& request) { return rooms_.give_up(request.room); },
      [this](const give_up_user& request) { return users_.give_up(request.user_id); },
      [this](const view_changed& view) { on_view(view); },
      [this](const peer_found& peer) { on_peer_found(peer); },
      [this](const peer_lost& peer) { on_peer_lost(peer); },
      [this](const await_empty&) { return when_empty(); },
      [this](const stop_directory&) { return stop(); },
  };
}

caf::actor_addr directory_state::sender() const {
  return caf::actor_cast<caf::actor_addr>(self_->current_sender());
}

// -- who is online --------------------------------------------------------------------------------

void directory_state::note_online(const room_online& report) {
  if (report.online == 0 || !rooms_.is_here(report.room))
    online_.erase(report.room);
  else
    online_[report.room] = report.online;
}

void directory_state::online_here(
    const std::vector<std::string>& rooms, std::vector<room_online>& into) const {
  for (auto& room : rooms)
    if (auto found = online_.find(room); found != online_.end())
      into.push_back({room, found->second});
}

/// Gathers the counts of several nodes.
struct directory_state::online_answer {
  caf::typed_response_promise<std::vector<room_online>> promise;
  std::vector<room_online> counts;
  std::size_t missing = 0;

  void one_answered() {
    if (--missing == 0)
      promise.deliver(std::move(counts));
  }
};

caf::result<std::vector<room_online>> directory_state::online(const list_online& request) {
  std::vector<room_online> counts;
  online_here(request.rooms, counts);
  std::unordered_map<std::string, std::vector<std::string>> elsewhere;
  if (!request.here_only)
    for (auto& room : request.rooms)
      elsewhere[std::string{context_.places.owner(room_kind::key_prefix + room)}].push_back(room);
  std::erase_if(elsewhere, [this](auto& each) { return !context_.peers.contains(each.first); });
  if (elsewhere.empty())
    return counts;
  auto answer = std::make_shared<online_answer>();
  answer->promise = self_->make_response_promise<std::vector<room_online>>();
  answer->counts = std::move(counts);
  answer->missing = elsewhere.size();
  for (auto& [node, rooms] : elsewhere)
    // A node that does not answer in time leaves its rooms without a count.
    self_
        ->request(
            context_.peers[node], context_.environment->options.request_timeout / 4,
            list_online{rooms, true})
        .then(
            [answer](const std::vector<room_online>& more) {
              answer->counts.insert(answer->counts.end(), more.begin(), more.end());
              answer->one_answered();
            },
            [answer](const caf::error&) { answer->one_answered(); });
  return answer->promise;
}

// -- the cluster ----------------------------------------------------------------------------------

void directory_state::on_view(const view_changed& view) {
  context_.view = view.number;
  context_.places.set(view.workers);
  rooms_.on_view();
  users_.on_view();
  rooms_.confirm_all();
  users_.confirm_all();
}

void directory_state::on_peer_found(const peer_found& peer) {
  context_.peers[peer.id] = peer.directory;
}

void directory_state::on_peer_lost(const peer_lost& peer) {
  context_.peers.erase(peer.id);
  rooms_.on_peer_lost(peer.id);
  users_.on_peer_lost(peer.id);
}

void directory_state::on_down(const caf::actor_addr& source) {
  if (const auto room = rooms_.on_down(source)) {
    if (!rooms_.is_here(*room))
      online_.erase(*room);
  } else {
    users_.on_down(source);
  }
  if (!when_empty_.empty() && rooms_.empty() && users_.empty())
    for (auto& promise : std::exchange(when_empty_, {}))
      promise.deliver(succeeded{});
}

caf::result<succeeded> directory_state::when_empty() {
  if (rooms_.empty() && users_.empty())
    return succeeded{};
  return when_empty_.emplace_back(self_->make_response_promise<succeeded>());
}

caf::result<succeeded> directory_state::stop() {
  context_.stopping = true;
  rooms_.end_all();
  users_.end_all();
  return when_empty();
}

} // namespace klatsch
