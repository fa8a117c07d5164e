#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/test/dsl.hpp>

#include "actors/session_environment.hpp"
#include "actors/type_ids.hpp"
#include "test/unit/actors/recorder.hpp"

namespace klatsch {

struct test_config : caf::actor_system_config {
  test_config() { add_message_types<caf::id_block::klatsch>(); }
};

/// Clients of sessions on CAF's deterministic scheduler: what they say, and what they are answered.
class client_fixture : public test_coordinator_fixture<test_config> {
 public:
  struct client {
    std::shared_ptr<recorder> connection = std::make_shared<recorder>();
    session_actor session;
    std::string id;
    std::string token;
  };

  /// Runs all messages, and no timer: time passes by advance_time only. (CAF's own `run` triggers
  /// every timer that it finds, and so never ends where one sets the next.)
  void run() { consume_messages(); }

  /// Opens the session of a client that has connected; `params` such as R"({"name":"Ann"})".
  client open_session_of(client one, const std::string& params) {
    auto answer = ask(one, "session.open", params);
    if (answer.IsObject() && answer.HasMember("result")) {
      auto& result = answer["result"];
      one.id = result["user"]["id"].GetString();
      if (result.HasMember("token"))
        one.token = result["token"].GetString();
    }
    return one;
  }

  void tell(const client& from, const std::string& text) {
    caf::anon_send(from.session, inbound{std::make_shared<const std::string>(text)});
  }

  /// Sends a request; its answer, by this id, comes when it comes.
  int tell(const client& from, const std::string& method, const std::string& params) {
    const auto id = ++last_id;
    tell(
        from, R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method +
                  R"(","params":)" + params + "}");
    return id;
  }

  /// Sends a request and runs everything that it causes; the whole answer.
  rapidjson::Document
  ask(const client& from, const std::string& method, const std::string& params) {
    const auto id = tell(from, method, params);
    run();
    return from.connection->answer(id);
  }

  /// The name of the error of the answer; "" for a result, "no answer" for none.
  std::string error_of(const client& from, const std::string& method, const std::string& params) {
    auto answer = ask(from, method, params);
    if (!answer.IsObject())
      return "no answer";
    return answer.HasMember("error") ? answer["error"]["data"]["name"].GetString() : "";
  }

  static std::string
  send_params(const std::string& room, const std::string& text, const std::string& cid) {
    return R"({"room":")" + room + R"(","text":")" + text + R"(","cid":")" + cid + R"("})";
  }

  /// The number in an answer to a message; 0 where it was refused or is not there.
  static std::int64_t seq_in(const rapidjson::Document& answer) {
    return answer.IsObject() && answer.HasMember("result") ? answer["result"]["seq"].GetInt64() : 0;
  }

  /// Says something in a room; its sequence number, or 0.
  std::int64_t
  say(const client& from,
      const std::string& room,
      const std::string& text,
      const std::string& cid) {
    return seq_in(ask(from, "room.send", send_params(room, text, cid)));
  }

  void disconnect(const client& one) {
    caf::anon_send(one.session, disconnected{});
    run();
  }

  /// Texts of the messages that have come since the last call, in their order.
  std::vector<std::string> texts(const client& of) {
    return of.connection->take("message", "text");
  }

  /// Of all who have connected, so that the fixture can end them.
  std::vector<caf::actor> clients;
  int last_id = 0;
};

using strings = std::vector<std::string>;

} // namespace klatsch
