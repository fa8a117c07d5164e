#define CAF_SUITE rooms
#include "test/unit/suite.hpp"

#include "actors/error.hpp"
#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;

namespace {

/// Another store, in which of all that was said in the room there is only this message of Ann's.
std::unique_ptr<persistence::store>
replica_with(const std::string& ann, const std::string& text, const std::string& cid) {
  namespace ps = persistence;
  auto replica = ps::make_sqlite_store({":memory:"});
  const ps::store_request before[] = {
      ps::create_user{{ann, "Ann"}, std::string(64, 'a'), 1, 1000000},
      ps::create_room{"room", "A Room", 1}, ps::activate_room{"room"},
      ps::add_member{"room", 1, ann}, ps::append_message{"room", 1, {ann, "Ann"}, text, cid, 1}};
  for (auto& each : before)
    replica->execute({&each, 1});
  return replica;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(rooms_tests, node_fixture)

CAF_TEST(a new user is put into the main room and gets its events) {
  auto ann = open(R"({"name":"Ann"})");
  auto ben = open(R"({"name":"Ben"})");
  CAF_CHECK_EQUAL(say(ann, "room", "hello", "c1"), 1);
  CAF_CHECK_EQUAL(texts(ben), strings{"hello"});
  CAF_CHECK_EQUAL(texts(ann), strings{"hello"});
}

CAF_TEST(everybody sees a room in the same dense order) {
  auto ann = open();
  auto ben = open();
  for (int i = 1; i <= 20; ++i)
    CAF_CHECK_EQUAL(say(i % 2 ? ann : ben, "room", std::to_string(i), "c" + std::to_string(i)), i);
  auto seen_by_ann = ann.connection->take("message", "seq");
  auto seen_by_ben = ben.connection->take("message", "seq");
  CAF_CHECK_EQUAL(seen_by_ann.size(), 20u);
  CAF_CHECK_EQUAL(seen_by_ann, seen_by_ben);
  CAF_CHECK_EQUAL(seen_by_ann.front(), "1");
  CAF_CHECK_EQUAL(seen_by_ann.back(), "20");
}

CAF_TEST(the messages of a batch keep their order and have an answer each) {
  auto ann = open(R"({"name":"Ann"})");
  auto ben = open();
  ask(ann, "room.join", R"({"room":"beach"})");
  ask(ben, "room.join", R"({"room":"beach"})");
  const auto stored_before = faults.append_requests;
  tell(ann, R"([
      {"jsonrpc":"2.0","id":71,"method":"room.send","params":{"room":"room","text":"one","cid":"c1"}},
      {"jsonrpc":"2.0","id":72,"method":"room.send","params":{"room":"room","text":"two","cid":"c2"}},
      {"jsonrpc":"2.0","method":"room.send","params":{"room":"room","text":"three","cid":"c3"}},
      {"jsonrpc":"2.0","id":73,"method":"room.send","params":{"room":"beach","text":"four","cid":"c1"}},
      {"jsonrpc":"2.0","id":74,"method":"room.send","params":{"room":"nowhere","text":"x","cid":"c4"}},
      {"jsonrpc":"2.0","id":75,"method":"room.send","params":{"room":"room","text":"two","cid":"c2"}}])");
  run();
  auto answers = batch_answers(ann);
  CAF_CHECK_EQUAL(answers.size(), 5u);
  CAF_CHECK_EQUAL(seq_in(answers[71]), 1);
  CAF_CHECK_EQUAL(seq_in(answers[72]), 2);
  CAF_CHECK_EQUAL(seq_in(answers[73]), 1);
  CAF_CHECK(answers[74].HasMember("error"));
  // A resend.
  CAF_CHECK_EQUAL(seq_in(answers[75]), 2);
  CAF_CHECK_EQUAL(texts(ben), (strings{"one", "two", "three", "four"}));
  // One for each room; the resend came after another room.
  CAF_CHECK_LESS_OR_EQUAL(faults.append_requests - stored_before, 3);
}

CAF_TEST(a batch that can not be stored is refused message by message) {
  auto ann = open();
  const auto batch = R"([
      {"jsonrpc":"2.0","id":71,"method":"room.send","params":{"room":"room","text":"one","cid":"c1"}},
      {"jsonrpc":"2.0","id":72,"method":"room.send","params":{"room":"room","text":"two","cid":"c2"}}])";
  faults.down = true;
  tell(ann, batch);
  run();
  auto refused = batch_answers(ann);
  CAF_REQUIRE_EQUAL(refused.size(), 2u);
  for (auto& [id, answer] : refused)
    CAF_CHECK_EQUAL(name_of_error(answer), "store_unavailable");
  faults.down = false;
  tell(ann, batch);
  run();
  auto answers = batch_answers(ann);
  CAF_CHECK_EQUAL(seq_in(answers[71]), 1);
  CAF_CHECK_EQUAL(seq_in(answers[72]), 2);
  CAF_CHECK_EQUAL(texts(ann), (strings{"one", "two"}));
}

CAF_TEST(a message of which a batch has stored a part is told once) {
  auto ann = open();
  auto ben = open();
  faults.lose_answers = true;
  error_of(ann, "room.send", R"({"room":"room","text":"one","cid":"c1"})");
  faults.lose_answers = false;
  tell(ann, R"([
      {"jsonrpc":"2.0","id":71,"method":"room.send","params":{"room":"room","text":"one","cid":"c1"}},
      {"jsonrpc":"2.0","id":72,"method":"room.send","params":{"room":"room","text":"two","cid":"c2"}}])");
  run();
  auto answers = batch_answers(ann);
  CAF_CHECK_EQUAL(seq_in(answers[71]), 1);
  CAF_CHECK_EQUAL(seq_in(answers[72]), 2);
  CAF_CHECK_EQUAL(texts(ben), (strings{"one", "two"}));
  CAF_CHECK_EQUAL(texts(ann), (strings{"one", "two"}));
}

CAF_TEST(what waits for a room goes to the store together) {
  auto ann = open();
  auto ben = open();
  const auto stored_before = faults.append_requests;
  for (auto text : {"one", "two", "three"})
    for (auto* who : {&ann, &ben})
      tell(*who, "room.send", send_params("room", text, std::string{"c-"} + text));
  run();
  CAF_CHECK_LESS(faults.append_requests - stored_before, 6);
  auto seen = texts(ann);
  CAF_CHECK_EQUAL(seen.size(), 6u);
  CAF_CHECK_EQUAL(texts(ben), seen);
}

CAF_TEST(nothing is acknowledged or shown that the store does not have) {
  auto ann = open();
  auto ben = open();
  faults.down = true;
  CAF_CHECK_EQUAL(
      error_of(ann, "room.send", R"({"room":"room","text":"lost","cid":"c1"})"),
      "store_unavailable");
  CAF_CHECK_EQUAL(texts(ben), strings{});
  faults.down = false;
  CAF_CHECK_EQUAL(say(ann, "room", "again", "c1"), 1);
  CAF_CHECK_EQUAL(texts(ben), strings{"again"});
}

CAF_TEST(a message whose answer was lost is shown when the store is back though nobody sends) {
  auto ann = open();
  auto ben = open();
  faults.lose_answers = true;
  CAF_CHECK_EQUAL(
      error_of(ann, "room.send", R"({"room":"room","text":"hidden","cid":"c1"})"),
      "store_unavailable");
  CAF_CHECK_EQUAL(texts(ben), strings{});
  faults.lose_answers = false;
  advance_time(std::chrono::seconds{1});
  run();
  CAF_CHECK_EQUAL(texts(ben), strings{"hidden"});
}

CAF_TEST(a message whose answer was lost keeps its place before the next one) {
  auto ann = open();
  auto ben = open();
  faults.lose_answers = true;
  error_of(ann, "room.send", R"({"room":"room","text":"first","cid":"c1"})");
  faults.lose_answers = false;
  CAF_CHECK_EQUAL(say(ben, "room", "second", "c2"), 2);
  CAF_CHECK_EQUAL(texts(ben), (strings{"first", "second"}));
  CAF_CHECK_EQUAL(texts(ann), (strings{"first", "second"}));
}

CAF_TEST(a resend with the same cid has the same number and is shown once) {
  auto ann = open();
  auto ben = open();
  CAF_CHECK_EQUAL(say(ann, "room", "once", "c1"), 1);
  CAF_CHECK_EQUAL(say(ann, "room", "once", "c1"), 1);
  CAF_CHECK_EQUAL(say(ann, "room", "next", "c2"), 2);
  CAF_CHECK_EQUAL(texts(ben), (strings{"once", "next"}));
}

CAF_TEST(who is not a member can neither send nor read) {
  auto ann = open();
  CAF_CHECK_EQUAL(
      error_of(ann, "room.send", R"({"room":"beach","text":"hi","cid":"c1"})"), "not_a_member");
  CAF_CHECK_EQUAL(error_of(ann, "room.history", R"({"room":"beach"})"), "not_a_member");
  CAF_CHECK_EQUAL(error_of(ann, "room.join", R"({"room":"nowhere"})"), "no_such_room");
}

CAF_TEST(joining and leaving are told to those who are there) {
  auto ann = open();
  ask(ann, "room.join", R"({"room":"beach"})");
  auto ben = open();
  ask(ben, "room.join", R"({"room":"beach"})");
  CAF_CHECK_EQUAL(ann.connection->take("member.joined", "user/id").back(), ben.id);
  CAF_CHECK_EQUAL(error_of(ben, "room.leave", R"({"room":"beach"})"), "");
  CAF_CHECK_EQUAL(ann.connection->take("member.left", "user/id"), strings{ben.id});
  CAF_CHECK_EQUAL(ben.connection->take("member.left", "user/id"), strings{ben.id});
  say(ann, "beach", "alone", "c1");
  CAF_CHECK_EQUAL(texts(ben), strings{});
}

CAF_TEST(joining again only reads the room) {
  auto ann = open();
  auto ben = open();
  ask(ben, "room.join", R"({"room":"beach"})");
  ask(ann, "room.join", R"({"room":"beach"})");
  say(ben, "beach", "one", "c1");
  ann.connection->texts.clear();
  ben.connection->texts.clear();
  auto again = ask(ann, "room.join", R"({"room":"beach"})");
  CAF_CHECK_EQUAL(again["result"]["messages"].Size(), 1u);
  CAF_CHECK_EQUAL(again["result"]["members"].Size(), 2u);
  CAF_CHECK_EQUAL(ben.connection->take("member.joined", "user/id"), strings{});
  say(ben, "beach", "two", "c2");
  CAF_CHECK_EQUAL(texts(ann), strings{"two"});
}

CAF_TEST(after leaving and joining again every message arrives once) {
  auto ann = open();
  auto ben = open();
  ask(ann, "room.join", R"({"room":"beach"})");
  ask(ben, "room.join", R"({"room":"beach"})");
  // Both at once: the events of the leaving are still on their way.
  tell(ann, R"({"jsonrpc":"2.0","method":"room.leave","params":{"room":"beach"}})");
  tell(ann, R"({"jsonrpc":"2.0","method":"room.join","params":{"room":"beach"}})");
  run();
  texts(ann);
  say(ben, "beach", "still here", "c1");
  CAF_CHECK_EQUAL(texts(ann), strings{"still here"});
}

CAF_TEST(a join that is written after the leaving has been heard subscribes again) {
  auto ann = open();
  auto ben = open();
  ask(ann, "room.join", R"({"room":"beach"})");
  ask(ben, "room.join", R"({"room":"beach"})");
  hold<persistence::add_member>([](auto&) { return true; });
  tell(ann, R"({"jsonrpc":"2.0","method":"room.leave","params":{"room":"beach"}})");
  tell(ann, R"({"jsonrpc":"2.0","method":"room.join","params":{"room":"beach"}})");
  ann.connection->texts.clear();
  run();
  CAF_REQUIRE_EQUAL(ann.connection->take("member.left", "user/id"), strings{ann.id});
  CAF_REQUIRE(!faults.held.empty());
  let_go();
  CAF_CHECK_EQUAL(ann.connection->take("member.joined", "user/id"), strings{ann.id});
  say(ben, "beach", "welcome back", "c1");
  CAF_CHECK_EQUAL(texts(ann), strings{"welcome back"});
}

CAF_TEST(a fenced room acknowledges nothing and another actor takes its place) {
  auto ann = open();
  auto ben = open();
  say(ann, "room", "before", "c1");
  // Another node takes the room.
  const persistence::store_request group[] = {persistence::activate_room{"room"}};
  backend->execute(group);
  tell(ann, R"({"jsonrpc":"2.0","id":77,"method":"room.send",
                "params":{"room":"room","text":"fenced","cid":"c2"}})");
  run();
  // Not by the fenced one: the session has asked again.
  auto answer = ann.connection->answer(77);
  CAF_REQUIRE(answer.IsObject() && answer.HasMember("result"));
  CAF_CHECK_EQUAL(answer["result"]["seq"].GetInt64(), 2);
  CAF_CHECK_EQUAL(say(ann, "room", "after", "c3"), 3);
  CAF_CHECK_EQUAL(texts(ben), (strings{"before", "fenced", "after"}));
}

CAF_TEST(a batch that a fenced room refuses is stored by the next one) {
  auto ann = open();
  auto ben = open();
  say(ann, "room", "before", "c1");
  const persistence::store_request group[] = {persistence::activate_room{"room"}};
  backend->execute(group);
  tell(ann, R"([
      {"jsonrpc":"2.0","id":71,"method":"room.send","params":{"room":"room","text":"one","cid":"c2"}},
      {"jsonrpc":"2.0","id":72,"method":"room.send","params":{"room":"room","text":"two","cid":"c3"}}])");
  run();
  auto answers = batch_answers(ann);
  CAF_CHECK_EQUAL(seq_in(answers[71]), 2);
  CAF_CHECK_EQUAL(seq_in(answers[72]), 3);
  CAF_CHECK_EQUAL(texts(ben), (strings{"before", "one", "two"}));
}

CAF_TEST(a room whose store has lost messages starts anew from what is left) {
  auto ann = open(R"({"name":"Ann"})");
  say(ann, "room", "kept", "c1");
  say(ann, "room", "lost", "c2");
  auto replica = replica_with(ann.id, "kept", "c1");
  faults.replica = replica.get();
  texts(ann);
  CAF_CHECK_EQUAL(say(ann, "room", "new", "c3"), 2);
  run();
  CAF_CHECK_EQUAL(say(ann, "room", "newer", "c4"), 3);
  CAF_CHECK_EQUAL(texts(ann), strings{"newer"});
  namespace ps = persistence;
  const ps::store_request read = ps::read_room{"room", {std::nullopt, 0, 10}};
  auto log = std::get<ps::log_page<protocol::message>>(replica->execute({&read, 1}).front());
  CAF_REQUIRE_EQUAL(log.messages.size(), 3u);
  CAF_CHECK_EQUAL(log.messages[1].text, "new");
  faults.replica = nullptr;
}

CAF_TEST(of a batch by which a room finds that messages are lost nothing is shown by it) {
  auto ann = open(R"({"name":"Ann"})");
  for (auto text : {"one", "two", "three"})
    say(ann, "room", text, std::string{"c-"} + text);
  auto replica = replica_with(ann.id, "one", "c-one");
  faults.replica = replica.get();
  texts(ann);
  tell(ann, R"([
      {"jsonrpc":"2.0","id":71,"method":"room.send","params":{"room":"room","text":"a","cid":"c1"}},
      {"jsonrpc":"2.0","id":72,"method":"room.send","params":{"room":"room","text":"b","cid":"c2"}},
      {"jsonrpc":"2.0","id":73,"method":"room.send","params":{"room":"room","text":"c","cid":"c3"}}])");
  run();
  auto answers = batch_answers(ann);
  CAF_CHECK_EQUAL(seq_in(answers[71]), 2);
  CAF_CHECK_EQUAL(seq_in(answers[72]), 3);
  CAF_CHECK_EQUAL(seq_in(answers[73]), 4);
  // By the next actor: what comes after the last number that the client has seen.
  CAF_CHECK_EQUAL(texts(ann), strings{"c"});
  faults.replica = nullptr;
}

CAF_TEST(an idle room ends and comes back with all that it had) {
  auto ann = open();
  say(ann, "room", "kept", "c1");
  disconnect(ann);
  CAF_CHECK_EQUAL(counters.rooms.Value(), 1);
  pass_idle(model.options.room_idle_timeout);
  CAF_CHECK_EQUAL(counters.rooms.Value(), 0);
  auto again = open(R"({"token":")" + ann.token + R"("})");
  auto page = ask(again, "room.history", R"({"room":"room"})");
  CAF_CHECK_EQUAL(page["result"]["messages"].Size(), 1u);
  CAF_CHECK_EQUAL(say(again, "room", "next", "c2"), 2);
}

CAF_TEST(who leaves while the room is handed over is seen to leave) {
  auto ann = open();
  auto ben = open();
  hold<persistence::remove_member>([](auto&) { return true; });
  tell(ann, "room.leave", R"({"room":"room"})");
  run();
  auto moving = room("room");
  caf::anon_send(moving, hand_over{});
  run();
  // Nobody comes in any more, and those who ask for it are told to ask again.
  auto carl = self->request(
      moving, std::chrono::seconds{1}, attach_session{9, {ben.id, "Ben"}, sessions.relay, -1});
  run();
  carl.receive(
      [](const attached&) { CAF_FAIL("it has let somebody in"); },
      [](const caf::error& error) {
        CAF_CHECK(code_of(error) == protocol::error_code::room_unavailable);
      });
  let_go();
  CAF_CHECK_EQUAL(ben.connection->take("member.left", "user/id"), strings{ann.id});
}

CAF_TEST(the list of rooms counts who is online) {
  auto ann = open();
  auto ben = open();
  ask(ben, "room.join", R"({"room":"beach"})");
  auto list = ask(ann, "room.list", "{}");
  auto& rooms = list["result"]["rooms"];
  CAF_REQUIRE_EQUAL(rooms.Size(), 2u);
  CAF_CHECK_EQUAL(rooms[0]["room"].GetString(), std::string{"room"});
  CAF_CHECK_EQUAL(rooms[0]["online"].GetInt(), 2);
  CAF_CHECK_EQUAL(rooms[1]["online"].GetInt(), 1);
}

CAF_TEST(whoever comes back finds the main room first among the own) {
  auto ann = open();
  ask(ann, "room.join", R"({"room":"beach"})");
  auto back = connect();
  auto answer = ask(back, "session.open", R"({"token":")" + ann.token + R"("})");
  auto& rooms = answer["result"]["rooms"];
  CAF_REQUIRE_EQUAL(rooms.Size(), 2u);
  CAF_CHECK_EQUAL(rooms[0]["room"].GetString(), std::string{"room"});
  CAF_CHECK_EQUAL(rooms[1]["room"].GetString(), std::string{"beach"});
}

CAF_TEST(presence tells when the first session begins and the last one ends) {
  auto ann = open();
  auto ben = open();
  CAF_CHECK_EQUAL(ann.connection->take("presence", "user/id").back(), ben.id);
  auto second = open(R"({"token":")" + ben.token + R"("})");
  disconnect(ben);
  CAF_CHECK_EQUAL(ann.connection->take("presence", "online"), strings{});
  disconnect(second);
  CAF_CHECK_EQUAL(ann.connection->take("presence", "online"), strings{"false"});
}

CAF_TEST(a full room refuses another member) {
  model.options.room_members = 1;
  auto ann = open();
  auto ben = open();
  CAF_CHECK_EQUAL(error_of(ann, "room.join", R"({"room":"beach"})"), "");
  CAF_CHECK_EQUAL(error_of(ben, "room.join", R"({"room":"beach"})"), "room_full");
}

CAF_TEST_FIXTURE_SCOPE_END()
