#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/test/dsl.hpp>

#include "actors/session_environment.hpp"
#include "actors/type_ids.hpp"
#include "test/unit/actors/recorder.hpp"

namespace klatsch {

struct test_config : caf::actor_system_config {
  test_config();
};

/// Clients of sessions on CAF's deterministic scheduler: what they say, and what they are answered.
/// What instantiates much of CAF is compiled once, in the fixtures' own units.
class client_fixture : public test_coordinator_fixture<test_config> {
 public:
  struct client {
    std::shared_ptr<recorder> connection = std::make_shared<recorder>();
    session_actor session;
    std::string id;
    std::string token;
  };

  client_fixture();
  ~client_fixture() override;

  /// Runs all messages, and no timer: time passes by advance_time only. (CAF's own `run` triggers
  /// every timer that it finds, and so never ends where one sets the next.)
  void run() { consume_messages(); }

  /// Opens the session of a client that has connected; `params` such as R"({"name":"Ann"})".
  client open_session_of(client one, const std::string& params);

  void tell(const client& from, const std::string& text);

  /// Sends a request; its answer, by this id, comes when it comes.
  int tell(const client& from, const std::string& method, const std::string& params);

  /// Sends a request and runs everything that it causes; the whole answer.
  rapidjson::Document ask(const client& from, const std::string& method, const std::string& params);

  /// The name of the error of the answer; "" for a result, "no answer" for none.
  std::string error_of(const client& from, const std::string& method, const std::string& params);

  /// "" for a result, "no answer" for none.
  static std::string name_of_error(const rapidjson::Document& answer);

  /// Takes out the answers to a batch, by their ids.
  std::map<int, rapidjson::Document> batch_answers(const client& of);

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
  say(const client& from, const std::string& room, const std::string& text, const std::string& cid);

  void disconnect(const client& one);

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
