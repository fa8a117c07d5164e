#define CAF_SUITE rooms
#include "test/contract/contract.hpp"

using namespace klatsch::contract;

CAF_TEST_FIXTURE_SCOPE(rooms_of_a_store, fixture)

CAF_TEST(rooms are listed by their age whatever their names and times) {
  get(create_room{"zoo", "The Zoo", 3000});
  get(create_room{"attic", "The Attic", 3000});
  get(create_room{"beach", "The Beach", 1000});
  std::vector<stored_room> expected{
      {"zoo", "The Zoo"}, {"attic", "The Attic"}, {"beach", "The Beach"}};
  CAF_CHECK(get(list_rooms{10}) == expected);
  reopen();
  CAF_CHECK(get(list_rooms{10}) == expected);
}

CAF_TEST(the list of rooms is bounded) {
  CAF_CHECK(get(list_rooms{10}).empty());
  for (auto room : {"a", "b", "c"})
    get(create_room{room, "Title", 1000});
  CAF_CHECK_EQUAL(get(list_rooms{2}).size(), 2u);
  CAF_CHECK_EQUAL(get(list_rooms{3}).size(), 3u);
  CAF_CHECK(get(list_rooms{0}).empty());
  CAF_CHECK(get(list_rooms{-1}).empty());
  CAF_CHECK_EQUAL(get(list_rooms{std::numeric_limits<std::int64_t>::max()}).size(), 3u);
}

CAF_TEST(a room id that is taken is refused and the room stays as it was) {
  get(create_room{"room", "First", 1000});
  CAF_CHECK_EQUAL(error_of(create_room{"room", "Second", 2000}), "exists");
  CAF_CHECK_EQUAL(get(activate_room{"room"}).title, "First");
  CAF_CHECK_EQUAL(get(list_rooms{10}).size(), 1u);
}

CAF_TEST(creating a room again leaves its log and its epoch) {
  auto epoch = make_room("room");
  say("room", epoch, "ann", "c1");
  CAF_CHECK_EQUAL(error_of(create_room{"room", "Second", 2000}), "exists");
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c2").seq, 2);
}

CAF_TEST(a room that is not there is not found) {
  CAF_CHECK_EQUAL(error_of(activate_room{"room"}), "not_found");
  CAF_CHECK_EQUAL(error_of(add_member{"room", 1, "ann"}), "not_found");
  CAF_CHECK_EQUAL(error_of(remove_member{"room", 1, "ann"}), "not_found");
  CAF_CHECK_EQUAL(error_of(check_epoch{"room", 1}), "not_found");
  CAF_CHECK_EQUAL(error_of(message_of("room", 1, "ann", "c1")), "not_found");
  CAF_CHECK_EQUAL(error_of(read_room{"room", {{}, {}, 10}}), "not_found");
}

CAF_TEST(each activation has a higher epoch and finds the newest message) {
  get(create_room{"room", "Title", 1000});
  auto first = get(activate_room{"room"});
  CAF_CHECK_EQUAL(first.title, "Title");
  CAF_CHECK_EQUAL(first.seq, 0);
  CAF_CHECK_EQUAL(first.previous_epoch, 0);
  CAF_CHECK(first.members.empty());
  say("room", first.epoch, "ann", "c1");
  say("room", first.epoch, "ann", "c2");
  auto second = get(activate_room{"room"});
  CAF_CHECK(second.epoch > first.epoch);
  CAF_CHECK_EQUAL(second.previous_epoch, first.epoch);
  CAF_CHECK_EQUAL(second.seq, 2);
  reopen();
  CAF_CHECK(get(activate_room{"room"}).epoch > second.epoch);
}

CAF_TEST(an older epoch is fenced in everything that it writes) {
  make_user("ann");
  auto old_epoch = make_room("room");
  get(add_member{"room", old_epoch, "ann"});
  say("room", old_epoch, "ann", "c1");
  auto epoch = get(activate_room{"room"}).epoch;
  CAF_CHECK_EQUAL(error_of(message_of("room", old_epoch, "ann", "c2")), "fenced");
  CAF_CHECK_EQUAL(error_of(add_member{"room", old_epoch, "ann"}), "fenced");
  CAF_CHECK_EQUAL(error_of(remove_member{"room", old_epoch, "ann"}), "fenced");
  CAF_CHECK_EQUAL(error_of(check_epoch{"room", old_epoch}), "fenced");
  get(check_epoch{"room", epoch});
  CAF_CHECK_EQUAL(say("room", epoch, "ann", "c3").seq, 2);
  CAF_CHECK_EQUAL(get(activate_room{"room"}).members.size(), 1u);
}

CAF_TEST(a fenced one is not even told of what it has said before) {
  auto old_epoch = make_room("room");
  say("room", old_epoch, "ann", "c1");
  get(activate_room{"room"});
  CAF_CHECK_EQUAL(error_of(message_of("room", old_epoch, "ann", "c1")), "fenced");
}

CAF_TEST(an epoch that the store has not given is fenced too) {
  auto epoch = make_room("room");
  CAF_CHECK_EQUAL(error_of(message_of("room", epoch + 1, "ann", "c1")), "fenced");
  CAF_CHECK_EQUAL(error_of(message_of("room", 0, "ann", "c1")), "fenced");
  CAF_CHECK_EQUAL(error_of(message_of("room", -1, "ann", "c1")), "fenced");
}

CAF_TEST(members are found with their names by their ids) {
  make_user("carl", "Carl");
  make_user("ann", "Ann");
  make_user("Bob", "Bob");
  auto epoch = make_room("room");
  for (auto id : {"carl", "ann", "Bob"})
    get(add_member{"room", epoch, id});
  std::vector<user> expected{{"Bob", "Bob"}, {"ann", "Ann"}, {"carl", "Carl"}};
  CAF_CHECK(get(activate_room{"room"}).members == expected);
  reopen();
  CAF_CHECK(get(activate_room{"room"}).members == expected);
}

CAF_TEST(a member can be added twice and removed twice) {
  make_user("ann");
  auto epoch = make_room("room");
  get(add_member{"room", epoch, "ann"});
  get(add_member{"room", epoch, "ann"});
  get(remove_member{"room", epoch, "ann"});
  CAF_CHECK(get(load_user{"ann"}).rooms.empty());
  get(remove_member{"room", epoch, "ann"});
  CAF_CHECK(get(activate_room{"room"}).members.empty());
}

CAF_TEST(only a user can be a member) {
  auto epoch = make_room("room");
  CAF_CHECK_EQUAL(error_of(add_member{"room", epoch, "nobody"}), "not_found");
  get(remove_member{"room", epoch, "nobody"});
  CAF_CHECK(get(activate_room{"room"}).members.empty());
}

CAF_TEST(a room with many members is found with all of them) {
  auto epoch = make_room("room");
  std::vector<store_request> group;
  for (int i = 0; i < 2500; ++i) {
    auto id = "user-" + std::to_string(10000 + i);
    group.push_back(create_user{{id, "Name of " + id}, "token-" + id, 1000, 2000});
    group.push_back(add_member{"room", epoch, id});
  }
  ask_group(group);
  auto members = get(activate_room{"room"}).members;
  CAF_REQUIRE_EQUAL(members.size(), 2500u);
  CAF_CHECK_EQUAL(members.front().id, "user-10000");
  CAF_CHECK_EQUAL(members.back().name, "Name of user-12499");
}

CAF_TEST_FIXTURE_SCOPE_END()
