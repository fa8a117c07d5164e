#include "test/unit/actors/client_fixture.hpp"

namespace klatsch {

test_config::test_config() {
  add_message_types<caf::id_block::klatsch>();
}

client_fixture::client_fixture() = default;

client_fixture::~client_fixture() = default;

client_fixture::client client_fixture::open_session_of(client one, const std::string& params) {
  auto answer = ask(one, "session.open", params);
  if (answer.IsObject() && answer.HasMember("result")) {
    auto& result = answer["result"];
    one.id = result["user"]["id"].GetString();
    if (result.HasMember("token"))
      one.token = result["token"].GetString();
  }
  return one;
}

void client_fixture::tell(const client& from, const std::string& text) {
  caf::anon_send(from.session, inbound{std::make_shared<const std::string>(text)});
}

int client_fixture::tell(const client& from, const std::string& method, const std::string& params) {
  const auto id = ++last_id;
  tell(
      from, R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method +
                R"(","params":)" + params + "}");
  return id;
}

rapidjson::Document
client_fixture::ask(const client& from, const std::string& method, const std::string& params) {
  const auto id = tell(from, method, params);
  run();
  return from.connection->answer(id);
}

std::string
client_fixture::error_of(const client& from, const std::string& method, const std::string& params) {
  return name_of_error(ask(from, method, params));
}

std::string client_fixture::name_of_error(const rapidjson::Document& answer) {
  if (!answer.IsObject())
    return "no answer";
  return answer.HasMember("error") ? answer["error"]["data"]["name"].GetString() : "";
}

std::map<int, rapidjson::Document> client_fixture::batch_answers(const client& of) {
  std::map<int, rapidjson::Document> answers;
  std::erase_if(of.connection->texts, [&](const std::string& text) {
    if (text.front() != '[')
      return false;
    rapidjson::Document batch;
    batch.Parse(text.c_str());
    for (auto& each : batch.GetArray())
      answers[each["id"].GetInt()].CopyFrom(each, answers[each["id"].GetInt()].GetAllocator());
    return true;
  });
  return answers;
}

std::int64_t client_fixture::say(
    const client& from, const std::string& room, const std::string& text, const std::string& cid) {
  return seq_in(ask(from, "room.send", send_params(room, text, cid)));
}

void client_fixture::disconnect(const client& one) {
  caf::anon_send(one.session, disconnected{});
  run();
}

} // namespace klatsch
