#define CAF_SUITE interrupted_sessions
#include "test/unit/suite.hpp"

#include "actors/token.hpp"
#include "test/unit/actors/waiting_fixture.hpp"

using namespace klatsch;
using persistence::activate_room;
using persistence::add_member;

CAF_TEST_FIXTURE_SCOPE(interrupted_sessions_tests, waiting_fixture)

CAF_TEST(a room that is joined elsewhere during the opening is followed) {
  hold_beach();
  auto laptop = open(with_token());
  ask(phone, "room.join", R"({"room":"attic"})");
  let_go();
  CAF_CHECK_EQUAL(laptop.connection->take("member.joined", "room"), strings{"attic"});
  say(ben, "attic", "hello", "c1");
  CAF_CHECK_EQUAL(texts(laptop), strings{"hello"});
}

CAF_TEST(a room that is left elsewhere during the opening is told as left) {
  hold_beach();
  auto laptop = open(with_token());
  ask(phone, "room.leave", R"({"room":"room"})");
  let_go();
  CAF_CHECK_EQUAL(laptop.connection->take("member.left", "room"), strings{"room"});
  ask(laptop, "room.join", R"({"room":"room"})");
  say(ben, "room", "hello", "c1");
  CAF_CHECK_EQUAL(texts(laptop), strings{"hello"});
}

CAF_TEST(a room whose actor dies during the opening is found again) {
  hold_beach();
  auto laptop = open(with_token());
  kill_room("room");
  let_go();
  say(ben, "room", "hello", "c1");
  CAF_CHECK_EQUAL(texts(laptop), strings{"hello"});
}

CAF_TEST(who goes while a join is under way is not online for ever) {
  hold<add_member>([](auto&) { return true; });
  tell(phone, R"({"jsonrpc":"2.0","id":1,"method":"room.join","params":{"room":"attic"}})");
  run();
  disconnect(phone);
  let_go();
  CAF_CHECK_EQUAL(online("attic"), 1);
}

CAF_TEST(who goes while the session is opened is not online for ever) {
  hold_beach();
  auto laptop = open(with_token());
  disconnect(laptop);
  disconnect(phone);
  let_go();
  CAF_CHECK_EQUAL(online("beach"), 0);
}

CAF_TEST(answers to an opening that has failed are not taken for those to the next) {
  disconnect(phone);
  hold<activate_room>([](auto&) { return true; });
  kill_room("beach");
  kill_room("room");
  auto laptop = connect();
  ask(laptop, "session.open", with_token());
  // Of the two rooms that are waited for, one fails; the other one's answer is still to come.
  fail_newest_held();
  tell(
      laptop,
      R"({"jsonrpc":"2.0","id":100,"method":"session.open","params":)" + with_token() + "}");
  run();
  let_go();
  auto answer = laptop.connection->answer(100);
  CAF_REQUIRE(answer.IsObject() && answer.HasMember("result"));
  CAF_CHECK_EQUAL(answer["result"]["rooms"].Size(), 2u);
  say(ben, "room", "hello", "c1");
  CAF_CHECK_EQUAL(texts(laptop), strings{"hello"});
}

CAF_TEST(a guest whose first opening failed comes into the main room by the next) {
  client_identity identity;
  identity.cookie_token = make_token();
  auto first = connect(identity);
  hold<add_member>([](auto&) { return true; });
  tell(first, R"({"jsonrpc":"2.0","id":100,"method":"session.open","params":{}})");
  run();
  fail_newest_held();
  faults.hold = nullptr;
  auto failed = first.connection->answer(100);
  CAF_REQUIRE(failed.HasMember("error"));
  auto second = connect(identity);
  auto answer = ask(second, "session.open", "{}");
  CAF_REQUIRE_EQUAL(answer["result"]["rooms"].Size(), 1u);
  CAF_CHECK_EQUAL(answer["result"]["rooms"][0]["room"].GetString(), std::string{"room"});
}

CAF_TEST(a guest who is written to after a first opening that failed gets it with the next) {
  client_identity identity;
  identity.cookie_token = make_token();
  auto first = connect(identity);
  hold<persistence::add_member>([](auto&) { return true; });
  tell(first, R"({"jsonrpc":"2.0","id":100,"method":"session.open","params":{}})");
  run();
  fail_newest_held();
  faults.hold = nullptr;
  CAF_REQUIRE(first.connection->answer(100).HasMember("error"));
  const persistence::store_request find[] = {
      persistence::find_session{hash_token(*identity.cookie_token), 1, 1000000}};
  const auto guest = std::get<protocol::user>(backend->execute(find).front());
  ask(ben, "user.send", R"({"to":")" + guest.id + R"(","text":"psst","cid":"c1"})");
  auto second = open("{}", identity);
  CAF_CHECK_EQUAL(second.id, guest.id);
  CAF_CHECK_EQUAL(second.connection->take("private", "text"), strings{"psst"});
}

CAF_TEST(who has left and come in again elsewhere is told of both) {
  // As when the coming in overtakes the question whether one is still a member.
  end_subscriptions(phone, "room");
  run();
  CAF_CHECK_EQUAL(phone.connection->take("member.joined", "user/id").back(), phone.id);
}

CAF_TEST(who leaves elsewhere when events were lost is shown nothing again) {
  say(phone, "beach", "seen", "c1");
  CAF_CHECK_EQUAL(texts(phone), strings{"seen"});
  caf::anon_send(phone.session, room_gap{"beach"});
  end_subscriptions(phone, "beach");
  run();
  say(phone, "beach", "next", "c2");
  CAF_CHECK_EQUAL(texts(phone), strings{"next"});
}

CAF_TEST(who is in again by a join before the subscription sees each message once) {
  auto laptop = open(with_token());
  ask(ben, "room.join", R"({"room":"beach"})");
  say(ben, "beach", "before", "c1");
  CAF_CHECK_EQUAL(texts(laptop), strings{"before"});
  hold<add_member>([](auto&) { return true; });
  find_rooms_late();
  tell(phone, "room.leave", R"({"room":"beach"})");
  const auto join = tell(laptop, "room.join", R"({"room":"beach"})");
  run();
  CAF_CHECK_EQUAL(laptop.connection->take("member.left", "room"), strings{"beach"});
  say(ben, "beach", "in the snapshot", "c2");
  let_go();
  CAF_CHECK(laptop.connection->answer(join).HasMember("result"));
  say(ben, "beach", "missed", "c3");
  find_rooms_now();
  say(ben, "beach", "after", "c4");
  CAF_CHECK_EQUAL(texts(laptop), (strings{"missed", "after"}));
}

CAF_TEST(what is under way when the user leaves elsewhere is answered by what becomes of it) {
  auto laptop = open(with_token());
  hold<persistence::append_message>([](auto&) { return true; });
  tell(laptop, R"({"jsonrpc":"2.0","id":77,"method":"room.send",
                   "params":{"room":"beach","text":"stored","cid":"c1"}})");
  run();
  ask(phone, "room.leave", R"({"room":"beach"})");
  CAF_CHECK_EQUAL(laptop.connection->take("member.left", "room"), strings{"beach"});
  let_go();
  auto answer = laptop.connection->answer(77);
  CAF_REQUIRE(answer.IsObject());
  CAF_CHECK(answer.HasMember("result"));
}

CAF_TEST(a room that was lost and is found again as it was is asked again) {
  hold<persistence::append_message>([](auto&) { return true; });
  tell(phone, R"({"jsonrpc":"2.0","id":77,"method":"room.send",
                  "params":{"room":"beach","text":"once","cid":"c1"}})");
  run();
  CAF_CHECK_EQUAL(faults.held.size(), 1u);
  // As when the link to its node was lost, and what was under way with it.
  caf::anon_send(phone.session, room_lost{"beach", room("beach").address()});
  run();
  CAF_CHECK_EQUAL(faults.held.size(), 2u);
  let_go();
  CAF_CHECK(phone.connection->answer(77).HasMember("result"));
  CAF_CHECK_EQUAL(texts(phone), strings{"once"});
}

CAF_TEST(the end of an actor that had the room before is no news of a leaving) {
  const auto before = room("beach").address();
  kill_room("beach");
  caf::anon_send(phone.session, room_lost{"beach", before});
  run();
  ask(phone, "room.leave", R"({"room":"beach"})");
  CAF_CHECK_EQUAL(phone.connection->take("member.left", "room"), strings{"beach"});
}

CAF_TEST(what is sent behind a join to a room that moves is done after it) {
  find_rooms_late();
  const auto join = tell(phone, "room.join", R"({"room":"attic"})");
  run();
  const auto send = tell(phone, "room.send", send_params("attic", "hello", "c1"));
  run();
  find_rooms_now();
  CAF_CHECK(phone.connection->answer(join).HasMember("result"));
  CAF_CHECK_EQUAL(seq_in(phone.connection->answer(send)), 1);
  CAF_CHECK_EQUAL(texts(phone), strings{"hello"});
}

CAF_TEST(a join and a leaving to a room that moves are done in their order) {
  find_rooms_late();
  const auto join = tell(phone, "room.join", R"({"room":"attic"})");
  const auto leave = tell(phone, "room.leave", R"({"room":"attic"})");
  run();
  find_rooms_now();
  CAF_CHECK(phone.connection->answer(join).HasMember("result"));
  CAF_CHECK(phone.connection->answer(leave).HasMember("result"));
  CAF_CHECK_EQUAL(error_of(phone, "room.history", R"({"room":"attic"})"), "not_a_member");
}

CAF_TEST(what is sent behind a join that is refused is refused) {
  find_rooms_late();
  const auto join = tell(phone, "room.join", R"({"room":"nowhere"})");
  const auto send = tell(phone, "room.send", send_params("nowhere", "hello", "c1"));
  run();
  find_rooms_now();
  CAF_CHECK(phone.connection->answer(join).HasMember("error"));
  CAF_CHECK(phone.connection->answer(send).HasMember("error"));
}

CAF_TEST(who is made a member and out again before the room answers is not sent all its messages) {
  ask(ben, "room.join", R"({"room":"beach"})");
  say(ben, "beach", "long ago", "c1");
  auto laptop = open(with_token());
  find_rooms_late();
  caf::anon_send(laptop.session, membership_changed{"attic", true, 0});
  run();
  end_subscriptions(laptop, "attic");
  say(ben, "attic", "missed", "c2");
  ask(phone, "room.join", R"({"room":"attic"})");
  find_rooms_now();
  CAF_CHECK_EQUAL(laptop.connection->take("member.joined", "room"), strings{"attic"});
  say(ben, "attic", "after", "c3");
  CAF_CHECK_EQUAL(texts(laptop), strings{"after"});
}

CAF_TEST(who is made a member and out again before the room answers is told of neither) {
  auto laptop = open(with_token());
  find_rooms_late();
  caf::anon_send(laptop.session, membership_changed{"attic", true, 0});
  run();
  end_subscriptions(laptop, "attic");
  find_rooms_now();
  CAF_CHECK_EQUAL(laptop.connection->take("member.left", "room"), strings{});
  CAF_CHECK_EQUAL(error_of(laptop, "room.history", R"({"room":"attic"})"), "not_a_member");
}

CAF_TEST(a subscription that ends while the room has answered goes on after what was answered) {
  ask(ben, "room.join", R"({"room":"beach"})");
  say(ben, "beach", "seen", "c1");
  texts(phone);
  find_rooms_late();
  find_rooms_now();
  caf::anon_send(phone.session, room_gap{"beach"});
  // The gap itself, the directory's answer, and the room's is about to be handled.
  run_until_turn_of(phone, 3);
  end_subscriptions(phone, "beach");
  rooms_are_late = true;
  run();
  rooms_are_late = false;
  say(ben, "beach", "missed", "c2");
  find_rooms_now();
  say(ben, "beach", "after", "c3");
  CAF_CHECK_EQUAL(texts(phone), (strings{"missed", "after"}));
}

CAF_TEST(what the answer to a join has does not come again when the leaving is heard of after it) {
  events_come_late();
  auto cat = open(R"({"name":"Cat"})");
  ask(cat, "room.join", R"({"room":"beach"})");
  ask(ben, "room.join", R"({"room":"beach"})");
  pass_events_on();
  cat.connection->texts.clear();
  tell(cat, "room.leave", R"({"room":"beach"})");
  run();
  say(ben, "beach", "in the answer", "c1");
  const auto join = tell(cat, "room.join", R"({"room":"beach"})");
  run();
  auto answer = cat.connection->answer(join);
  CAF_REQUIRE(answer.HasMember("result"));
  CAF_CHECK_EQUAL(answer["result"]["seq"].GetInt64(), 1);
  CAF_CHECK_EQUAL(cat.connection->take("member.left", "user/id"), strings{cat.id});
  CAF_CHECK_EQUAL(cat.connection->take("member.joined", "user/id"), strings{cat.id});
  pass_events_on();
  // So late, it ends the new subscription too, which begins again where it was.
  CAF_CHECK_EQUAL(
      cat.connection->take("member.left", "user/id"),
      cat.connection->take("member.joined", "user/id"));
  say(ben, "beach", "after", "c2");
  pass_events_on();
  CAF_CHECK_EQUAL(texts(cat), strings{"after"});
}

CAF_TEST(a leaving whose event was lost with the room is told all the same) {
  const persistence::store_request activate[] = {activate_room{"beach"}};
  auto activated = std::move(backend->execute(activate).front());
  const auto epoch = std::get<persistence::activated_room>(activated).epoch;
  const persistence::store_request remove[] = {
      persistence::remove_member{"beach", epoch, phone.id}};
  backend->execute(remove);
  phone.connection->texts.clear();
  kill_room("beach");
  CAF_CHECK_EQUAL(phone.connection->take("member.left", "room"), strings{"beach"});
  CAF_CHECK_EQUAL(error_of(phone, "room.history", R"({"room":"beach"})"), "not_a_member");
}

CAF_TEST_FIXTURE_SCOPE_END()
