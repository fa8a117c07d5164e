#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "test/unit/actors/cluster_fixture.hpp"
#include "test/unit/actors/seeded_randomness.hpp"
#include "test/unit/actors/simulated_client.hpp"

namespace klatsch {

/// A cluster of three nodes with people who talk, and with everything that can go wrong between
/// them, all decided by one seed: which actor runs next, who says what where, which actor dies,
/// which nodes know which view, what the store answers. Then everything heals, and what the people
/// have seen is compared with what the store has.
class simulation : public cluster_fixture {
 public:
  explicit simulation(std::uint64_t seed) : randomness_(seed), random_(seed) {
    change_view({"a", "b", "c"});
    for (auto& [id, node] : nodes)
      tell_view_later(id);
    for (auto* name : {"Ann", "Ben", "Cid", "Dan"}) {
      people_.emplace_back(name);
      come_back(people_.back());
    }
  }

  /// What contradicts the promises; empty is good.
  std::vector<std::string> play(int steps) {
    settle();
    for (int i = 0; i != steps; ++i)
      step();
    heal();
    std::vector<std::string> found;
    for (auto& each : people_)
      found.insert(found.end(), each.violations.begin(), each.violations.end());
    for (auto* room : {"room", "beach"})
      check_room(room, found);
    check_conversations(found);
    return found;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  simulated_client& somebody() { return people_[below(people_.size())]; }
  std::string some_node() { return std::string(1, static_cast<char>('a' + below(3))); }
  std::string some_room() { return chance(60) ? "room" : "beach"; }

  // -- what happens -------------------------------------------------------------------------------

  void step() {
    const auto what = below(100);
    if (what < 30)
      somebody().say(some_room(), false);
    else if (what < 40)
      somebody().say_together(some_room(), 2 + below(4));
    else if (what < 55)
      whisper();
    else if (what < 62)
      somebody().join("beach");
    else if (what < 65)
      somebody().leave("beach");
    else if (what < 70)
      come_back(somebody());
    else if (what < 77)
      kill_something();
    else if (what < 83)
      change_view(some_workers());
    else if (what < 87)
      fail_store();
    else
      pass_time(std::chrono::milliseconds{10 << below(7)});
    run_some(below(60));
    read_all();
  }

  void whisper() {
    auto& from = somebody();
    auto& to = somebody();
    if (!to.id.empty() && from.id != to.id && !from.id.empty())
      from.say(to.id, true);
  }

  /// The actor of a room or a user dies, as with its node.
  void kill_something() {
    const auto from = some_node();
    const auto user = somebody().id;
    if (chance(60)) {
      if (auto room = resolve<room_actor>(from, resolve_room{some_room()}))
        caf::anon_send_exit(room, caf::exit_reason::kill);
    } else if (!user.empty()) {
      if (auto actor = resolve<user_actor>(from, resolve_user{user}))
        caf::anon_send_exit(actor, caf::exit_reason::kill);
    }
  }

  std::vector<std::string> some_workers() {
    std::vector<std::string> workers;
    for (auto* id : {"a", "b", "c"})
      if (chance(60))
        workers.emplace_back(id);
    if (workers.empty())
      workers.push_back(some_node());
    return workers;
  }

  /// A new view, of which some nodes hear later.
  void change_view(const std::vector<std::string>& workers) {
    ++view_;
    workers_.clear();
    for (auto& id : workers)
      workers_.push_back({id, chance(10)});
    for (auto& [id, node] : nodes) {
      node->faults.present_view = view_;
      if (chance(70))
        tell_view_later(id);
    }
  }

  void tell_view_later(const std::string& id) {
    self->send(nodes.at(id)->model.directory, view_changed{view_, workers_});
  }

  /// One node's store answers nothing for a while, or does what it is asked and its answer is lost.
  void fail_store() {
    auto& faults = nodes.at(some_node())->faults;
    faults.down = !faults.down && chance(50);
    faults.lose_answers = !faults.down && chance(50);
  }

  void pass_time(std::chrono::milliseconds time) { sched.advance_time(time); }

  /// Lets so many messages be handled, each by an actor that is chosen at random.
  void run_some(std::size_t messages) {
    for (; messages > 0 && !sched.jobs.empty(); --messages) {
      std::swap(sched.jobs.front(), sched.jobs[below(sched.jobs.size())]);
      sched.run_once();
    }
  }

  void come_back(simulated_client& who) {
    if (who.session)
      caf::anon_send(who.session, disconnected{});
    auto one = spawn_session(some_node());
    who.connect(one.session, one.connection);
  }

  void read_all() {
    for (auto& each : people_) {
      each.read();
      if (each.is_closed())
        come_back(each);
      else if (chance(20))
        each.send_again();
    }
  }

  // -- the end ------------------------------------------------------------------------------------

  void settle() {
    for (int i = 0; i != 20; ++i) {
      run();
      read_all();
      pass_time(std::chrono::milliseconds{100});
    }
  }

  void heal() {
    for (auto& [id, node] : nodes)
      node->faults.down = node->faults.lose_answers = false;
    change_view({"a", "b", "c"});
    for (auto& each : workers_)
      each.draining = false;
    for (auto& [id, node] : nodes)
      tell_view_later(id);
    for (int i = 0; i != 600; ++i) {
      run();
      for (auto& each : people_) {
        each.read();
        if (each.is_closed())
          come_back(each);
        else if (i % 5 == 0)
          each.send_again();
      }
      pass_time(std::chrono::milliseconds{200});
      if (i > 60 && std::ranges::all_of(people_, &simulated_client::is_done))
        break;
    }
    settle();
  }

  void check_room(const std::string& room, std::vector<std::string>& found) {
    const persistence::store_request group[] = {persistence::read_room{room, {{}, 0, 10000}}};
    const auto results = backend->execute(group);
    const auto& log = std::get<persistence::log_page<protocol::message>>(results.front()).messages;
    std::set<std::pair<std::string, std::string>> keys;
    std::map<std::int64_t, std::string> texts;
    for (std::size_t i = 0; i != log.size(); ++i) {
      if (log[i].seq != static_cast<std::int64_t>(i) + 1)
        found.push_back(room + " has a gap at " + std::to_string(i + 1));
      if (!keys.emplace(log[i].from.id, log[i].cid.value_or("")).second)
        found.push_back(room + " has " + log[i].cid.value_or("") + " twice");
      texts[log[i].seq] = log[i].text;
    }
    for (auto& each : people_) {
      check_sent(each, room, texts, found);
      for (auto& [place, text] : each.seen)
        if (place.first == room && texts[place.second] != text)
          found.push_back(each.name + " saw what is not in " + room);
      auto cursor = each.rooms.find(room);
      if (each.is_open() && cursor != each.rooms.end() &&
          cursor->second != static_cast<std::int64_t>(log.size()))
        found.push_back(
            each.name + " is at " + std::to_string(cursor->second) + " of " +
            std::to_string(log.size()) + " in " + room);
    }
  }

  static void check_sent(
      const simulated_client& who,
      const std::string& room,
      std::map<std::int64_t, std::string>& texts,
      std::vector<std::string>& found) {
    auto sent = who.sent_in_rooms.find(room);
    if (sent == who.sent_in_rooms.end())
      return;
    std::int64_t last = 0;
    for (auto& each : sent->second) {
      if (each.seq != 0 && texts[each.seq] != each.text)
        found.push_back(each.cid + " of " + who.name + " was acknowledged and is not in " + room);
      if (each.at_once && each.seq < last)
        found.push_back(who.name + "'s messages changed their order in " + room);
      if (each.at_once)
        last = each.seq;
      if (each.seq == 0 && who.rooms.contains(room))
        found.push_back(each.cid + " of " + who.name + " was never answered in " + room);
    }
  }

  void check_conversations(std::vector<std::string>& found) {
    for (auto& one : people_) {
      if (!one.is_open())
        found.push_back(one.name + " never came back");
      for (auto& other : people_)
        if (one.id != other.id && !one.id.empty() && !other.id.empty())
          check_conversation(one, other, found);
    }
  }

  void check_conversation(
      const simulated_client& one, const simulated_client& other, std::vector<std::string>& found) {
    const persistence::store_request group[] = {
        persistence::read_private{one.id, other.id, {{}, 0, 10000}}};
    const auto results = backend->execute(group);
    auto* page = std::get_if<persistence::log_page<protocol::private_message>>(&results.front());
    if (!page)
      return;
    std::map<std::int64_t, std::string> texts;
    for (auto& each : page->messages)
      texts[each.seq] = each.text;
    for (auto& [place, text] : one.seen_private)
      if (place.first == other.id && texts[place.second] != text)
        found.push_back(one.name + " saw a private message that is not stored");
    if (auto sent = one.sent_private.find(other.id); sent != one.sent_private.end())
      for (auto& each : sent->second)
        if (each.seq == 0 || texts[each.seq] != each.text)
          found.push_back(each.cid + " of " + one.name + " to " + other.name + " is lost");
    auto number_in = [&](const std::map<std::string, std::int64_t>& numbers) {
      auto number = numbers.find(other.id);
      return number == numbers.end() ? 0 : number->second;
    };
    const auto has = std::max(number_in(one.conversations), number_in(one.history));
    const auto last = static_cast<std::int64_t>(page->messages.size());
    if (has != last)
      found.push_back(
          one.name + " has not all private messages with " + other.name + ": " +
          std::to_string(has) + " of " + std::to_string(last));
  }

  seeded_randomness randomness_;
  std::mt19937_64 random_;
  std::vector<simulated_client> people_;
  std::int64_t view_ = 0;
  std::vector<placed_node> workers_;
};

} // namespace klatsch
