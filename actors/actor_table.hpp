#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/result.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/directory_context.hpp"
#include "actors/error.hpp"
#include "actors/type_ids.hpp"

namespace klatsch {

/// A directory's actors of one kind: those that live here, the handles of those on other nodes, and
/// who waits for either. `Kind` has the types and names of rooms, or of users; see directory.cpp.
///
/// An actor starts here when the placement says so, and after the nodes that may have it from an
/// earlier view have given it up. That only saves a detour: what keeps two actors of one room from
/// writing is the epoch in the store, which only a node that knows the present view can take.
template <class Kind>
class actor_table {
 public:
  using handle = typename Kind::handle;

  explicit actor_table(directory_context& context) : context_(context) {}

  /// The handle, on whatever node the actor is. What is `known` of it goes to `Kind::spawn`, if it
  /// is started here and now.
  template <class... Known>
  caf::result<handle> find(const std::string& id, const Known&... known) {
    if (context_.stopping)
      return make_error(protocol::error_code::stopping);
    const std::string owner{owner_of(id)};
    if (owner == context_.own_id())
      return here(id, known...);
    if (auto found = remote_.find(id); found != remote_.end())
      return found->second.actor;
    auto peer = context_.peers.find(owner);
    if (peer == context_.peers.end())
      return make_error(protocol::error_code::room_unavailable);
    return wait(id, owner, [&] { ask_owner(id, peer->second); });
  }

  /// The same for another node, which thinks that the actor belongs here.
  caf::result<handle> host(const std::string& id) {
    if (context_.stopping)
      return make_error(protocol::error_code::stopping);
    if (owner_of(id) != context_.own_id())
      return make_error(protocol::error_code::room_unavailable);
    return here(id);
  }

  /// The actor wants to end: it is not found any more. A younger one may have its place already.
  void release(const std::string& id, const caf::actor_addr& who) {
    auto found = local_.find(id);
    if (found != local_.end() && found->second.address() == who)
      local_.erase(found);
  }

  /// Another node is about to serve it.
  caf::result<succeeded> give_up(const std::string& id) {
    auto moving = moving_.end();
    if (auto found = local_.find(id); found != local_.end())
      moving = move(found);
    else
      for (auto each = moving_.begin(); each != moving_.end(); ++each)
        if (each->second.id == id)
          moving = each;
    if (moving == moving_.end())
      return succeeded{};
    auto promise = context_.self->template make_response_promise<succeeded>();
    moving->second.when_gone.push_back(promise);
    return promise;
  }

  /// The placement is another one: forget whom it concerns, and hand over what does not belong here
  /// any more, one after the other.
  void on_view() {
    std::erase_if(remote_, [this](auto& each) {
      auto& [id, known] = each;
      const bool moved = owner_of(id) != known.owner;
      if (moved)
        stop_watching(known.actor.address());
      return moved;
    });
    to_move_.clear();
    for (auto& [id, actor] : local_)
      if (owner_of(id) != context_.own_id())
        to_move_.push_back(id);
    move_next();
  }

  /// What stays here has perhaps been another node's in a view that this one has not seen.
  void confirm_all() {
    for (auto& [id, actor] : local_)
      context_.self->send(actor, confirm_place{});
  }

  void on_peer_lost(const std::string& peer) {
    std::vector<std::string> hopeless;
    for (auto& [id, wait] : waiting_)
      if (wait.peer == peer)
        hopeless.push_back(id);
    for (auto& id : hopeless)
      settle(id, make_error(protocol::error_code::room_unavailable));
  }

  /// Of which id the actor that has ended was, if it was one of these.
  std::optional<std::string> on_down(const caf::actor_addr& who) {
    if (auto found = remote_ids_.find(who); found != remote_ids_.end()) {
      auto id = std::move(found->second);
      remote_.erase(id);
      remote_ids_.erase(found);
      return id;
    }
    auto found = alive_.find(who);
    if (found == alive_.end())
      return std::nullopt;
    auto id = std::move(found->second);
    alive_.erase(found);
    release(id, who);
    if (auto gone = moving_.extract(who)) {
      for (auto& promise : gone.mapped().when_gone)
        promise.deliver(succeeded{});
      move_next();
    }
    return id;
  }

  /// Whether that one is the id's actor of this node, now.
  bool is_here(const std::string& id) const { return local_.contains(id); }

  bool empty() const { return alive_.empty(); }

  void end_all() {
    for (auto& [address, id] : alive_)
      if (auto actor = caf::actor_cast<caf::actor>(address))
        context_.self->send_exit(actor, caf::exit_reason::user_shutdown);
  }

 private:
  struct elsewhere {
    handle actor;
    /// The node that it was found on.
    std::string owner;
  };

  struct waiting {
    /// Tells it from those for the same id before.
    std::int64_t number = 0;
    /// The node that is asked for the handle; empty when the actor is started here.
    std::string peer;
    std::vector<caf::typed_response_promise<handle>> promises;
  };

  struct leaving {
    std::string id;
    std::vector<caf::typed_response_promise<succeeded>> when_gone;
  };

  using moving_actors = std::unordered_map<caf::actor_addr, leaving>;

  std::string_view owner_of(const std::string& id) const {
    return context_.places.owner(Kind::key_prefix + id);
  }

  template <class... Known>
  caf::result<handle> here(const std::string& id, const Known&... known) {
    if (auto found = local_.find(id); found != local_.end())
      return found->second;
    if (waiting_.contains(id))
      return wait(id, {}, [] {});
    const auto before = predecessors(id);
    if (before.empty())
      return start(id, known...);
    return wait(id, {}, [&] { ask_predecessors(id, before); });
  }

  std::vector<directory_actor> predecessors(const std::string& id) const {
    std::vector<directory_actor> result;
    for (auto& each : context_.places.predecessors(Kind::key_prefix + id))
      if (auto peer = context_.peers.find(each); peer != context_.peers.end())
        result.push_back(peer->second);
    return result;
  }

  template <class... Known>
  handle start(const std::string& id, const Known&... known) {
    auto actor = Kind::spawn(context_, id, known...);
    local_[id] = actor;
    alive_.emplace(actor.address(), id);
    context_.self->monitor(actor);
    return actor;
  }

  /// `begin` is called for the first one who waits.
  template <class Begin>
  caf::result<handle> wait(const std::string& id, const std::string& peer, Begin begin) {
    auto promise = context_.self->template make_response_promise<handle>();
    auto [entry, first] = waiting_.try_emplace(id);
    entry->second.promises.push_back(promise);
    if (first) {
      entry->second.number = ++waits_;
      entry->second.peer = peer;
      begin();
    }
    return promise;
  }

  template <class Outcome>
  void settle(const std::string& id, const Outcome& outcome) {
    if (auto settled = waiting_.extract(id))
      for (auto& promise : settled.mapped().promises)
        promise.deliver(outcome);
  }

  /// Whether it is still this wait that goes on for the id.
  bool waits(const std::string& id, std::int64_t number) const {
    auto found = waiting_.find(id);
    return found != waiting_.end() && found->second.number == number;
  }

  void ask_owner(const std::string& id, const directory_actor& owner) {
    const auto number = waits_;
    context_.self
        ->request(owner, context_.environment->options.request_timeout, Kind::host_request(id))
        .then(
            [this, id, number](const handle& actor) {
              if (!waits(id, number))
                return;
              remember(id, actor);
              settle(id, actor);
            },
            [this, id, number](const caf::error&) {
              // Whatever kept the owner from answering, the next view has one that does.
              if (waits(id, number))
                settle(id, make_error(protocol::error_code::room_unavailable));
            });
  }

  void ask_predecessors(const std::string& id, const std::vector<directory_actor>& before) {
    auto missing = std::make_shared<std::size_t>(before.size());
    auto one_answered = [this, id, missing, number = waits_] {
      if (--*missing != 0 || !waits(id, number))
        return;
      if (context_.stopping || owner_of(id) != context_.own_id())
        settle(id, make_error(protocol::error_code::room_unavailable));
      else if (auto found = local_.find(id); found != local_.end())
        settle(id, found->second);
      else
        settle(id, start(id));
    };
    for (auto& each : before)
      context_.self
          ->request(
              each, context_.environment->options.hand_over_timeout, Kind::give_up_request(id))
          .then(
              [one_answered](succeeded) { one_answered(); },
              [one_answered](const caf::error&) { one_answered(); });
  }

  void remember(const std::string& id, const handle& actor) {
    if (auto known = remote_.find(id); known != remote_.end())
      stop_watching(known->second.actor.address());
    remote_[id] = {actor, std::string{owner_of(id)}};
    remote_ids_[actor.address()] = id;
    context_.self->monitor(actor);
  }

  void stop_watching(const caf::actor_addr& remote) {
    context_.self->demonitor(remote);
    remote_ids_.erase(remote);
  }

  typename moving_actors::iterator
  move(typename std::unordered_map<std::string, handle>::iterator found) {
    auto& [id, actor] = *found;
    auto moving = moving_.emplace(actor.address(), leaving{id, {}}).first;
    context_.self->send(actor, hand_over{});
    local_.erase(found);
    context_.environment->counters->handed_over.Increment();
    return moving;
  }

  void move_next() {
    while (moving_.empty() && !to_move_.empty()) {
      auto found = local_.find(to_move_.front());
      to_move_.pop_front();
      if (found != local_.end())
        move(found);
    }
  }

  directory_context& context_;
  std::unordered_map<std::string, handle> local_;
  /// Every actor of this node that lives, found by others or not, and what it is the actor of.
  std::unordered_map<caf::actor_addr, std::string> alive_;
  /// Those that were told to end because another node serves them.
  moving_actors moving_;
  std::deque<std::string> to_move_;
  /// Handles on other nodes, as long as the actors live and belong there.
  std::unordered_map<std::string, elsewhere> remote_;
  std::unordered_map<caf::actor_addr, std::string> remote_ids_;
  std::unordered_map<std::string, waiting> waiting_;
  std::int64_t waits_ = 0;
};

} // namespace klatsch
