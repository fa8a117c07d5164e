#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <caf/send.hpp>
#include <rapidjson/document.h>

#include "actors/interfaces.hpp"
#include "test/unit/actors/recorder.hpp"

namespace klatsch {

/// A client that does what a good SDK does: it sends again, with the same cid, what was refused for
/// a moment, comes back after a connection has ended, and resumes. It notes whatever contradicts
/// what the server promises.
class simulated_client {
 public:
  struct said {
    std::string text;
    std::string cid;
    /// The acknowledged number; 0: none yet.
    std::int64_t seq = 0;
    /// Answered by its first request: those keep their order.
    bool at_once = false;
    int tries = 0;
  };

  explicit simulated_client(std::string client_name) : name(std::move(client_name)) {}

  /// A new connection: `session` is its session.
  void connect(session_actor new_session, std::shared_ptr<recorder> output) {
    session = std::move(new_session);
    connection = std::move(output);
    pending_.clear();
    open_ = false;
    std::string params = token.empty() ? R"("name":")" + name + '"' : R"("token":")" + token + '"';
    params += R"(,"resume":[)" + resume_points() + ']';
    request("session.open", params, {kind::open, {}, 0});
  }

  void join(const std::string& room) {
    if (!open_)
      return;
    request("room.join", R"("room":")" + room + '"', {kind::join, room, 0});
    joins_[room] = requests_;
  }

  void leave(const std::string& room) {
    // A page shows no button for it before the room is there.
    const bool is_joining = std::ranges::any_of(pending_, [&](auto& each) {
      return each.second.what == kind::join && each.second.to == room;
    });
    if (open_ && rooms.contains(room) && !is_joining)
      request("room.leave", R"("room":")" + room + '"', {kind::leave, room, 0});
  }

  /// Room, or user where `to_user`.
  void say(const std::string& to, bool to_user) {
    auto& sent = (to_user ? sent_private : sent_in_rooms)[to];
    add_to(sent);
    if (open_ && is_next(to, to_user, sent.size() - 1))
      send(to, to_user, sent.size() - 1);
  }

  /// As one batch.
  void say_together(const std::string& room, std::size_t messages) {
    auto& sent = sent_in_rooms[room];
    const auto first = sent.size();
    for (std::size_t i = 0; i != messages; ++i)
      add_to(sent);
    if (!open_ || !is_next(room, false, first))
      return;
    std::string batch;
    for (std::size_t i = first; i != sent.size(); ++i)
      batch += (i == first ? "[" : ",") + send_text(room, false, i);
    post(batch + "]");
  }

  /// Sends what has no number yet and is not under way.
  void send_again() {
    if (!open_)
      return;
    for (bool to_user : {false, true})
      for (auto& [to, sent] : to_user ? sent_private : sent_in_rooms)
        for (std::size_t i = 0; i != sent.size(); ++i)
          if (sent[i].seq == 0 && !under_way(to, to_user, i) && (to_user || rooms.contains(to)))
            send(to, to_user, i);
  }

  /// Reads what has come.
  void read() {
    if (!connection)
      return;
    for (auto& text : std::exchange(connection->texts, {})) {
      rapidjson::Document document;
      document.Parse(text.c_str());
      if (document.IsArray())
        for (const auto& answer : document.GetArray())
          on_answer(answer);
      else if (document.HasMember("method"))
        on_notification(document["method"].GetString(), document["params"]);
      else
        on_answer(document);
    }
  }

  bool is_closed() const { return connection && connection->closed.has_value(); }
  bool is_open() const { return open_; }

  /// Everything that was sent to a room of this client, or to a user, has its number.
  bool is_done() const {
    for (auto& [room, sent] : sent_in_rooms)
      for (auto& each : sent)
        if (each.seq == 0 && rooms.contains(room))
          return false;
    for (auto& [user, sent] : sent_private)
      for (auto& each : sent)
        if (each.seq == 0)
          return false;
    return open_ && pending_.empty();
  }

  std::string name;
  std::string id;
  std::string token;
  session_actor session;
  std::shared_ptr<recorder> connection;
  /// By room: the last number seen.
  std::map<std::string, std::int64_t> rooms;
  /// By the other user: the last number seen.
  std::map<std::string, std::int64_t> conversations;
  /// By the other user: up to where a conversation was in the history when the session began.
  std::map<std::string, std::int64_t> history;
  std::map<std::string, std::vector<said>> sent_in_rooms;
  std::map<std::string, std::vector<said>> sent_private;
  /// By room and number: what was shown.
  std::map<std::pair<std::string, std::int64_t>, std::string> seen;
  std::map<std::pair<std::string, std::int64_t>, std::string> seen_private;
  std::vector<std::string> violations;

 private:
  enum class kind { open, join, leave, say, say_privately };

  struct request_under_way {
    kind what;
    std::string to;
    std::size_t place;
  };

  void add_to(std::vector<said>& sent) {
    const auto number = std::to_string(++said_);
    sent.push_back({name + " says " + number, "c" + number, 0, false, 0});
  }

  /// What is before it in the queue goes first.
  bool is_next(const std::string& to, bool to_user, std::size_t place) {
    const auto& sent = (to_user ? sent_private : sent_in_rooms)[to];
    for (std::size_t i = 0; i != place; ++i)
      if (sent[i].seq == 0 && !under_way(to, to_user, i))
        return false;
    return true;
  }

  void post(std::string text) {
    caf::anon_send(session, inbound{std::make_shared<const std::string>(std::move(text))});
  }

  std::string
  request_text(const std::string& method, const std::string& params, request_under_way what) {
    const auto number = ++requests_;
    pending_[number] = std::move(what);
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(number) + R"(,"method":")" + method +
           R"(","params":{)" + params + "}}";
  }

  void request(const std::string& method, const std::string& params, request_under_way what) {
    post(request_text(method, params, std::move(what)));
  }

  void send(const std::string& to, bool to_user, std::size_t place) {
    post(send_text(to, to_user, place));
  }

  std::string send_text(const std::string& to, bool to_user, std::size_t place) {
    auto& message = (to_user ? sent_private : sent_in_rooms)[to][place];
    ++message.tries;
    return request_text(
        to_user ? "user.send" : "room.send",
        (to_user ? R"("to":")" : R"("room":")") + to + R"(","text":")" + message.text +
            R"(","cid":")" + message.cid + '"',
        {to_user ? kind::say_privately : kind::say, to, place});
  }

  bool under_way(const std::string& to, bool to_user, std::size_t place) const {
    const auto what = to_user ? kind::say_privately : kind::say;
    for (auto& [number, each] : pending_)
      if (each.what == what && each.to == to && each.place == place)
        return true;
    return false;
  }

  std::string resume_points() const {
    std::string points;
    for (auto& [room, seq] : rooms)
      points += (points.empty() ? "" : ",") + (R"({"room":")" + room) + R"(","after":)" +
                std::to_string(seq) + '}';
    for (auto& [with, seq] : conversations)
      points += (points.empty() ? "" : ",") + (R"({"with":")" + with) + R"(","after":)" +
                std::to_string(seq) + '}';
    return points;
  }

  void on_answer(const rapidjson::Value& answer) {
    auto found = pending_.extract(answer["id"].GetInt64());
    if (!found) {
      violations.emplace_back("an answer to nothing");
      return;
    }
    auto& [what, to, place] = found.mapped();
    if (answer.HasMember("error"))
      return on_error(answer["error"]["data"], what, to);
    auto& result = answer["result"];
    if (what == kind::open)
      on_opened(result);
    else if (what == kind::leave)
      on_left(to, found.key());
    else if (what == kind::join)
      on_joined(to, result["seq"].GetInt64());
    else if (what == kind::say || what == kind::say_privately)
      on_sent(
          result["seq"].GetInt64(), (what == kind::say ? sent_in_rooms : sent_private)[to][place]);
  }

  /// Where the room's node died with it, nothing else says so; what is still under way is not read.
  void on_left(const std::string& room, std::int64_t request) {
    if (joins_[room] > request)
      return; // it has asked to come in again since; the events say what came of it
    rooms.erase(room);
    left_.insert(room);
  }

  void on_joined(const std::string& room, std::int64_t seq) {
    left_.erase(room);
    // The answer may be older than what was shown before the user was out.
    if (rooms.try_emplace(room, std::max(seq, last_seen(room))).second)
      snapshots_[room] = seq;
  }

  std::int64_t last_seen(const std::string& room) const {
    auto after = seen.lower_bound({room, std::numeric_limits<std::int64_t>::max()});
    return after != seen.begin() && std::prev(after)->first.first == room
               ? std::prev(after)->first.second
               : 0;
  }

  void on_error(const rapidjson::Value& error, kind what, const std::string& to) {
    const std::string reason = error["name"].GetString();
    const bool retry = error["retry"].GetBool();
    if (what == kind::open && retry)
      connection->closed = protocol::close_code::restarting;
    else if (reason == "not_a_member")
      rooms.erase(to);
    else if (!retry)
      violations.push_back("refused for good: " + reason);
  }

  void on_opened(const rapidjson::Value& result) {
    open_ = true;
    id = result["user"]["id"].GetString();
    if (result.HasMember("token"))
      token = result["token"].GetString();
    std::map<std::string, std::int64_t> now;
    for (auto& each : result["rooms"].GetArray()) {
      const std::string room = each["room"].GetString();
      const bool goes_on = each.HasMember("recovered") && each["recovered"].GetBool();
      now[room] = goes_on ? rooms[room] : each["seq"].GetInt64();
    }
    rooms = std::move(now);
    left_.clear();
    for (auto& each : result["conversations"].GetArray()) {
      const std::string with = each["with"]["id"].GetString();
      if (each.HasMember("recovered") && !each["recovered"].GetBool())
        conversations[with] = each["seq"].GetInt64();
      else if (!conversations.contains(with))
        history[with] = each["seq"].GetInt64();
    }
  }

  void on_sent(std::int64_t seq, said& message) {
    if (message.seq != 0 && message.seq != seq)
      violations.push_back(message.cid + " of " + name + " has two numbers");
    message.at_once = message.seq == 0 && message.tries == 1;
    message.seq = seq;
  }

  void on_notification(const std::string& method, const rapidjson::Value& params) {
    if (method == "message")
      on_message(params);
    else if (method == "private")
      on_private(params);
    else if (method == "member.joined" && params["user"]["id"].GetString() == id)
      left_.erase(params["room"].GetString()); // the answers of a leave and a join may cross
    else if (method == "member.left" && params["user"]["id"].GetString() == id)
      rooms.erase(params["room"].GetString());
  }

  void on_message(const rapidjson::Value& message) {
    const std::string room = message["room"].GetString();
    const auto seq = message["seq"].GetInt64();
    const std::string text = message["text"].GetString();
    if (left_.contains(room))
      return;
    auto cursor = rooms.find(room);
    if (cursor == rooms.end())
      cursor = rooms.emplace(room, seq - 1).first;
    // The answer to a join of a room that one is in already may be ahead of the events.
    if (auto snapshot = snapshots_.find(room);
        snapshot != snapshots_.end() && seq <= snapshot->second && !seen.contains({room, seq})) {
      cursor->second = std::max(cursor->second, seq);
      seen[{room, seq}] = text;
      return;
    }
    if (seq != cursor->second + 1)
      violations.push_back(
          name + " sees " + std::to_string(seq) + " after " + std::to_string(cursor->second) +
          " in " + room);
    cursor->second = seq;
    seen[{room, seq}] = text;
  }

  void on_private(const rapidjson::Value& message) {
    const std::string with = message["with"].GetString();
    const auto seq = message["seq"].GetInt64();
    const std::string from = message["from"]["id"].GetString();
    const std::string to = message["to"]["id"].GetString();
    if (from != id && to != id)
      violations.push_back(name + " sees a private message of others");
    auto [cursor, is_new] = conversations.try_emplace(with, seq - 1);
    if (seq != cursor->second + 1)
      violations.push_back(
          name + " sees private " + std::to_string(seq) + " after " +
          std::to_string(cursor->second));
    cursor->second = seq;
    seen_private[{with, seq}] = message["text"].GetString();
  }

  std::map<std::int64_t, request_under_way> pending_;
  /// By room: the number that came with the answer to the last join.
  std::map<std::string, std::int64_t> snapshots_;
  std::set<std::string> left_;
  /// By room: the number of the last request to join.
  std::map<std::string, std::int64_t> joins_;
  std::int64_t requests_ = 0;
  int said_ = 0;
  bool open_ = false;
};

} // namespace klatsch
