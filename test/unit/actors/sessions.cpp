#define CAF_SUITE sessions
#include "test/unit/suite.hpp"

#include "actors/actor_from_state.hpp"
#include "actors/token.hpp"
#include "actors/user.hpp"
#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;
using protocol::close_code;

CAF_TEST_FIXTURE_SCOPE(sessions_tests, node_fixture)

CAF_TEST(nothing but session.open is answered before the session is open) {
  auto one = connect();
  CAF_CHECK_EQUAL(error_of(one, "room.list", "{}"), "not_open");
  CAF_CHECK_EQUAL(error_of(one, "session.open", "{}"), "");
  CAF_CHECK_EQUAL(error_of(one, "session.open", "{}"), "already_open");
}

CAF_TEST(requests that come before the answer to session.open wait for it) {
  auto one = connect();
  tell(one, R"([{"jsonrpc":"2.0","id":1,"method":"session.open","params":{}},
                {"jsonrpc":"2.0","id":2,"method":"room.send",
                 "params":{"room":"room","text":"early","cid":"c1"}}])");
  run();
  CAF_CHECK_EQUAL(texts(one), strings{"early"});
}

CAF_TEST(a batch is answered as one array without its notifications) {
  auto one = open();
  one.connection->texts.clear();
  tell(one, R"([{"jsonrpc":"2.0","id":7,"method":"room.history","params":{"room":"room"}},
                {"jsonrpc":"2.0","method":"room.list"},
                {"jsonrpc":"2.0","id":8,"method":"nonsense"}])");
  run();
  CAF_REQUIRE_EQUAL(one.connection->texts.size(), 1u);
  rapidjson::Document answers;
  answers.Parse(one.connection->texts.front().c_str());
  CAF_REQUIRE(answers.IsArray());
  CAF_CHECK_EQUAL(answers.Size(), 2u);
}

CAF_TEST(a token brings the user back and a foreign one does not ) {
  auto ann = open(R"({"name":"Ann"})");
  auto again = open(R"({"token":")" + ann.token + R"("})");
  CAF_CHECK_EQUAL(again.id, ann.id);
  auto stranger = connect();
  CAF_CHECK_EQUAL(error_of(stranger, "session.open", R"({"token":"unknown"})"), "invalid_token");
}

CAF_TEST(who has just been made is not looked for in the store) {
  int looked = 0;
  hold<persistence::load_user>([&](auto&) {
    ++looked;
    return false;
  });
  auto ann = open(R"({"name":"Ann"})");
  CAF_CHECK_EQUAL(looked, 0);
  CAF_CHECK_EQUAL(say(ann, "room", "here", "c1"), 1);
  disconnect(ann);
  pass_idle(model.options.user_idle_timeout);
  CAF_CHECK_EQUAL(counters.users.Value(), 0);
  auto again = open(R"({"token":")" + ann.token + R"("})");
  CAF_CHECK_EQUAL(looked, 1);
  CAF_CHECK_EQUAL(say(again, "room", "still a member", "c2"), 2);
}

CAF_TEST(who has just been made is forgotten when that session ends before it is open) {
  auto maker = sys.spawn([this](caf::event_based_actor* self) {
    self->request(model.directory, caf::infinite, resolve_user{"ann", "Ann"})
        .then([](const user_actor&) {});
    return caf::behavior{[](int) {}};
  });
  run();
  CAF_CHECK_EQUAL(counters.users.Value(), 1);
  caf::anon_send_exit(maker, caf::exit_reason::user_shutdown);
  run();
  pass_idle(model.options.user_idle_timeout);
  CAF_CHECK_EQUAL(counters.users.Value(), 0);
}

CAF_TEST(whose maker has gone already is forgotten too) {
  auto maker = sys.spawn([](caf::event_based_actor*) {});
  const auto address = caf::actor_cast<caf::actor_addr>(maker);
  maker = nullptr;
  run();
  auto user = spawn_state<user_state>(sys, protocol::user{"ann", "Ann"}, address, &model);
  run();
  CAF_CHECK_EQUAL(counters.users.Value(), 1);
  user = nullptr;
  pass_idle(model.options.user_idle_timeout);
  CAF_CHECK_EQUAL(counters.users.Value(), 0);
}

CAF_TEST(a cookie makes a guest once and never shows its token) {
  client_identity identity;
  identity.cookie_token = make_token();
  auto first = open("{}", identity);
  auto second = open("{}", identity);
  CAF_CHECK(!first.id.empty());
  CAF_CHECK_EQUAL(first.id, second.id);
  CAF_CHECK_EQUAL(first.token, "");
}

CAF_TEST(logging out closes all sessions of the token and leaves the others) {
  auto ann = open();
  auto tab = open(R"({"token":")" + ann.token + R"("})");
  auto ben = open();
  CAF_CHECK_EQUAL(error_of(ann, "session.close", "{}"), "");
  CAF_CHECK(ann.connection->closed == close_code::logged_out);
  CAF_CHECK(tab.connection->closed == close_code::logged_out);
  CAF_CHECK(!ben.connection->closed);
  // A guest without a token can't come back, and is a member no more.
  CAF_CHECK_EQUAL(ben.connection->take("member.left", "user/id"), strings{ann.id});
  auto late = connect();
  CAF_CHECK_EQUAL(
      error_of(late, "session.open", R"({"token":")" + ann.token + R"("})"), "invalid_token");
}

CAF_TEST(what is joined on one device comes to the others too) {
  auto phone = open();
  auto laptop = open(R"({"token":")" + phone.token + R"("})");
  auto ben = open();
  ask(ben, "room.join", R"({"room":"beach"})");
  ask(phone, "room.join", R"({"room":"beach"})");
  CAF_CHECK_EQUAL(laptop.connection->take("member.joined", "user/id").back(), phone.id);
  say(ben, "beach", "to both", "c1");
  CAF_CHECK_EQUAL(texts(phone), strings{"to both"});
  CAF_CHECK_EQUAL(texts(laptop), strings{"to both"});
  ask(phone, "room.leave", R"({"room":"beach"})");
  say(ben, "beach", "to none", "c2");
  CAF_CHECK_EQUAL(texts(laptop), strings{});
  CAF_CHECK_EQUAL(
      error_of(laptop, "room.send", R"({"room":"beach","text":"x","cid":"c"})"), "not_a_member");
}

CAF_TEST(a resume brings exactly what was missed) {
  auto ann = open();
  auto ben = open();
  say(ann, "room", "seen", "c1");
  disconnect(ben);
  for (int i = 2; i <= 5; ++i)
    say(ann, "room", std::to_string(i), "c" + std::to_string(i));
  auto back = open(R"({"token":")" + ben.token + R"(","resume":[{"room":"room","after":1}]})");
  CAF_CHECK_EQUAL(texts(back), (strings{"2", "3", "4", "5"}));
  say(ann, "room", "live", "c6");
  CAF_CHECK_EQUAL(texts(back), strings{"live"});
}

CAF_TEST(a resume from too far behind says so and sends nothing) {
  auto ann = open();
  for (int i = 1; i <= protocol::limits::resume_messages + 1; ++i)
    say(ann, "room", "x", "c" + std::to_string(i));
  auto late = connect();
  auto answer =
      ask(late, "session.open",
          R"({"token":")" + ann.token + R"(","resume":[{"room":"room","after":0}]})");
  CAF_CHECK_EQUAL(answer["result"]["rooms"][0]["recovered"].GetBool(), false);
  CAF_CHECK_EQUAL(texts(late), strings{});
}

CAF_TEST(what is sent with an opening that fails waits for the next one) {
  auto one = connect();
  tell(
      one, R"([{"jsonrpc":"2.0","id":1,"method":"session.open","params":{"token":"unknown"}},)"
           R"({"jsonrpc":"2.0","id":2,"method":"session.open","params":{}},)"
           R"({"jsonrpc":"2.0","id":3,"method":"user.rename","params":{"name":"Anna"}}])");
  run();
  const auto answers = batch_answers(one);
  CAF_REQUIRE_EQUAL(answers.size(), 3u);
  for (auto& [id, answer] : answers)
    CAF_CHECK_EQUAL(answer.HasMember("result"), id != 1);
}

CAF_TEST(a client that does not open its session is closed in time) {
  auto idle = connect();
  auto busy = open();
  // As the connections of both do when it is time.
  for (auto& each : {idle, busy})
    caf::anon_send(each.session, open_deadline{});
  run();
  CAF_CHECK(idle.connection->closed == close_code::open_timeout);
  CAF_CHECK(!busy.connection->closed);
}

CAF_TEST(too many requests are refused with the time to wait and a flood is closed) {
  sessions.options.rate = 1;
  sessions.options.burst = 3;
  sessions.options.flood_refusals = 10;
  auto one = open();
  ask(one, "room.list", "{}");
  ask(one, "room.list", "{}");
  auto refused = ask(one, "room.list", "{}");
  CAF_REQUIRE(refused.HasMember("error"));
  CAF_CHECK_EQUAL(refused["error"]["data"]["name"].GetString(), std::string{"rate_limited"});
  CAF_CHECK_GREATER(refused["error"]["data"]["retry_after_ms"].GetInt(), 0);
  for (int i = 0; i < 10; ++i)
    ask(one, "room.list", "{}");
  CAF_CHECK(one.connection->closed == close_code::flooding);
}

CAF_TEST(a client with too many requests in flight is not read from) {
  sessions.options.requests_in_flight = 2;
  auto one = open();
  const auto reads = one.connection->reads;
  tell(one, R"([{"jsonrpc":"2.0","id":1,"method":"room.list"},
                {"jsonrpc":"2.0","id":2,"method":"room.list"},
                {"jsonrpc":"2.0","id":3,"method":"room.list"}])");
  sched.run_once();
  CAF_CHECK_EQUAL(one.connection->reads, reads);
  run();
  CAF_CHECK_EQUAL(one.connection->reads, reads + 1);
}

CAF_TEST(a new name shows everywhere) {
  auto ann = open(R"({"name":"Ann"})");
  auto ben = open();
  CAF_CHECK_EQUAL(error_of(ann, "user.rename", R"({"name":"Anna"})"), "");
  CAF_CHECK_EQUAL(ben.connection->take("user.renamed", "user/name"), strings{"Anna"});
  say(ann, "room", "me", "c1");
  CAF_CHECK_EQUAL(ben.connection->take("message", "from/name"), strings{"Anna"});
}

CAF_TEST(a room whose actor died is found again without loss) {
  auto ann = open();
  auto ben = open();
  say(ann, "room", "before", "c1");
  kill_room("room");
  CAF_CHECK_EQUAL(say(ann, "room", "after", "c2"), 2);
  CAF_CHECK_EQUAL(texts(ben), (strings{"before", "after"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
