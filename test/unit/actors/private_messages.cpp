#define CAF_SUITE private_messages
#include "test/unit/suite.hpp"

#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;

namespace {

struct private_fixture : node_fixture {
  std::int64_t whisper(
      const client& from, const std::string& to, const std::string& text, const std::string& cid) {
    auto answer =
        ask(from, "user.send",
            R"({"to":")" + to + R"(","text":")" + text + R"(","cid":")" + cid + R"("})");
    return answer.HasMember("result") ? answer["result"]["seq"].GetInt64() : 0;
  }

  strings whispers(const client& of) { return of.connection->take("private", "text"); }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(private_messages_tests, private_fixture)

CAF_TEST(a private message reaches all sessions of the two and nobody else) {
  auto ann = open();
  auto ann_again = open(R"({"token":")" + ann.token + R"("})");
  auto ben = open();
  auto ben_again = open(R"({"token":")" + ben.token + R"("})");
  auto eve = open();
  eve.connection->texts.clear();
  CAF_CHECK_EQUAL(whisper(ann, ben.id, "psst", "c1"), 1);
  for (auto* one : {&ann, &ann_again, &ben, &ben_again})
    CAF_CHECK_EQUAL(whispers(*one), strings{"psst"});
  CAF_CHECK(eve.connection->texts.empty());
  auto history = ask(eve, "user.history", R"({"with":")" + ben.id + R"("})");
  CAF_CHECK_EQUAL(history["result"]["messages"].Size(), 0u);
}

CAF_TEST(each of the two sees the other in with) {
  auto ann = open();
  auto ben = open();
  whisper(ann, ben.id, "hi", "c1");
  CAF_CHECK_EQUAL(ann.connection->take("private", "with"), strings{ben.id});
  CAF_CHECK_EQUAL(ben.connection->take("private", "with"), strings{ann.id});
}

CAF_TEST(both directions share one sequence) {
  auto ann = open();
  auto ben = open();
  CAF_CHECK_EQUAL(whisper(ann, ben.id, "one", "c1"), 1);
  CAF_CHECK_EQUAL(whisper(ben, ann.id, "two", "c2"), 2);
  CAF_CHECK_EQUAL(whisper(ann, ben.id, "three", "c3"), 3);
  CAF_CHECK_EQUAL(whispers(ann), (strings{"one", "two", "three"}));
  CAF_CHECK_EQUAL(whispers(ben), (strings{"one", "two", "three"}));
}

CAF_TEST(in a cluster who comes looks once more for what another actor was told) {
  model.options.clustered = true;
  auto ann = open(R"({"name":"Ann"})");
  auto ben = open(R"({"name":"Ben"})");
  whisper(ann, ben.id, "one", "c1");
  disconnect(ann);
  caf::anon_send_exit(user(ann.id), caf::exit_reason::kill);
  run();
  auto laptop = open(R"({"token":")" + ann.token + R"("})");
  // Ann's former actor was told of this one, and her present one was not.
  const persistence::store_request group[] = {
      persistence::append_private{{ann.id, "Ann"}, {ben.id, "Ben"}, "two", "c2", 1, true}};
  backend->execute(group);
  CAF_CHECK_EQUAL(whispers(laptop), strings{});
  sched.advance_time(std::chrono::seconds{2});
  run();
  CAF_CHECK_EQUAL(whispers(laptop), strings{"two"});
}

CAF_TEST(who is told to look once more while the session is opened does so afterwards) {
  model.options.clustered = true;
  auto ann = open(R"({"name":"Ann"})");
  auto ben = open(R"({"name":"Ben"})");
  whisper(ann, ben.id, "one", "c1");
  disconnect(ann);
  hold<persistence::activate_room>([](auto&) { return true; });
  kill_room("room");
  auto laptop = connect();
  tell(
      laptop, R"({"jsonrpc":"2.0","id":100,"method":"session.open","params":{"token":")" +
                  ann.token + R"("}})");
  run();
  caf::anon_send(laptop.session, look_again{});
  run();
  const persistence::store_request group[] = {
      persistence::append_private{{ann.id, "Ann"}, {ben.id, "Ben"}, "two", "c2", 1, true}};
  backend->execute(group);
  let_go();
  CAF_CHECK(laptop.connection->answer(100).HasMember("result"));
  CAF_CHECK_EQUAL(whispers(laptop), strings{"two"});
}

CAF_TEST(what comes while missed messages are read is not given up) {
  auto ann = open(R"({"name":"Ann"})");
  auto ben = open(R"({"name":"Ben"})");
  whisper(ann, ben.id, "one", "c1");
  whispers(ann);
  const auto from_ben = [&](std::int64_t seq, const std::string& text) {
    caf::anon_send(
        ann.session, protocol::private_message{
                         ben.id, seq, 1, {ben.id, "Ben"}, {ann.id, "Ann"}, text, "c" + text});
    run();
  };
  hold<persistence::read_private>([](auto&) { return true; });
  from_ben(3, "three"); // The second is missing, and will be read.
  sched.advance_time(std::chrono::seconds{1});
  run();
  CAF_REQUIRE_EQUAL(faults.held.size(), 1u);
  from_ben(4, "four");
  let_go(); // The store has neither.
  from_ben(2, "two");
  CAF_CHECK_EQUAL(whispers(ann), (strings{"two", "three", "four"}));
}

CAF_TEST(a private message waits for a user who is offline and comes once) {
  auto ann = open();
  auto ben = open();
  disconnect(ben);
  whisper(ann, ben.id, "later", "c1");
  auto back = open(R"({"token":")" + ben.token + R"("})");
  CAF_CHECK_EQUAL(whispers(back), strings{"later"});
  disconnect(back);
  auto again = open(R"({"token":")" + ben.token + R"("})");
  CAF_CHECK_EQUAL(whispers(again), strings{});
}

CAF_TEST(a resume of a conversation covers what waited) {
  auto ann = open();
  auto ben = open();
  whisper(ann, ben.id, "seen", "c1");
  disconnect(ben);
  whisper(ann, ben.id, "missed", "c2");
  auto back =
      open(R"({"token":")" + ben.token + R"(","resume":[{"with":")" + ann.id + R"(","after":1}]})");
  CAF_CHECK_EQUAL(whispers(back), strings{"missed"});
  whisper(ann, ben.id, "live", "c3");
  CAF_CHECK_EQUAL(whispers(back), strings{"live"});
}

CAF_TEST(what comes while the session is opened is shown once and in order) {
  auto ann = open();
  auto ben = open();
  disconnect(ben);
  whisper(ann, ben.id, "waited", "c1");
  hold<persistence::read_private>([](auto&) { return true; });
  auto back = open(R"({"token":")" + ben.token + R"("})");
  whisper(ann, ben.id, "meanwhile", "c2");
  let_go();
  CAF_CHECK_EQUAL(whispers(back), (strings{"waited", "meanwhile"}));
}

CAF_TEST(what waits in all conversations together is bounded like a resume) {
  auto ann = open();
  auto eve = open();
  auto ben = open();
  disconnect(ben);
  const auto most = protocol::limits::resume_messages;
  whisper(eve, ben.id, "older", "c0");
  for (int i = 1; i <= most; ++i)
    whisper(ann, ben.id, "x", "c" + std::to_string(i));
  auto back = connect();
  auto answer = ask(back, "session.open", R"({"token":")" + ben.token + R"("})");
  CAF_CHECK_EQUAL(whispers(back).size(), static_cast<std::size_t>(most));
  auto& conversations = answer["result"]["conversations"];
  CAF_REQUIRE_EQUAL(conversations.Size(), 2u);
  CAF_CHECK(!conversations[0].HasMember("recovered"));
  CAF_CHECK(!conversations[1]["recovered"].GetBool());
}

CAF_TEST(a resend of a private message is stored and shown once) {
  auto ann = open();
  auto ben = open();
  CAF_CHECK_EQUAL(whisper(ann, ben.id, "once", "c1"), 1);
  CAF_CHECK_EQUAL(whisper(ann, ben.id, "once", "c1"), 1);
  CAF_CHECK_EQUAL(whispers(ben), strings{"once"});
}

CAF_TEST(a private message whose answer was lost is shown before the next one) {
  auto ann = open();
  auto ben = open();
  whisper(ann, ben.id, "zero", "c0");
  faults.lose_answers = true;
  CAF_CHECK_EQUAL(whisper(ann, ben.id, "first", "c1"), 0);
  faults.lose_answers = false;
  CAF_CHECK_EQUAL(whisper(ben, ann.id, "second", "c2"), 3);
  // It could still be on its way; after a moment it is read.
  CAF_CHECK_EQUAL(whispers(ben), strings{"zero"});
  sched.advance_time(std::chrono::milliseconds{400});
  run();
  CAF_CHECK_EQUAL(whispers(ben), (strings{"first", "second"}));
  CAF_CHECK_EQUAL(whispers(ann), (strings{"zero", "first", "second"}));
}

CAF_TEST(an addressee who does not exist is refused and so are you yourself) {
  auto ann = open();
  CAF_CHECK_EQUAL(
      error_of(ann, "user.send", R"({"to":"nobody","text":"x","cid":"c1"})"), "no_such_user");
  CAF_CHECK_EQUAL(
      error_of(ann, "user.send", R"({"to":")" + ann.id + R"(","text":"x","cid":"c1"})"),
      "own_user");
}

CAF_TEST_FIXTURE_SCOPE_END()
