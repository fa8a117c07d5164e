#define CAF_SUITE users
#include "test/contract/contract.hpp"

using namespace klatsch::contract;

CAF_TEST_FIXTURE_SCOPE(users_of_a_store, fixture)

CAF_TEST(a new user is loaded with its name and without rooms) {
  get(create_user{{"ann", "Ann"}, "token-ann", 1000, 2000});
  auto loaded = get(load_user{"ann"});
  CAF_CHECK_EQUAL(loaded.who.id, "ann");
  CAF_CHECK_EQUAL(loaded.who.name, "Ann");
  CAF_CHECK(loaded.rooms.empty());
  CAF_CHECK(loaded.waiting.empty());
}

CAF_TEST(a user that is not there is not found) {
  CAF_CHECK_EQUAL(error_of(load_user{"nobody"}), "not_found");
  CAF_CHECK_EQUAL(error_of(rename_user{"nobody", "Name"}), "not_found");
}

CAF_TEST(a user id that is taken is refused and its token is not made) {
  get(create_user{{"ann", "Ann"}, "token-1", 1000, 2000});
  CAF_CHECK_EQUAL(error_of(create_user{{"ann", "Other"}, "token-2", 1000, 2000}), "exists");
  CAF_CHECK_EQUAL(error_of(find_session{"token-2", 1000, 2000}), "not_found");
  CAF_CHECK_EQUAL(get(load_user{"ann"}).who.name, "Ann");
}

CAF_TEST(a token that is taken is refused and its user is not made) {
  get(create_user{{"ann", "Ann"}, "token-1", 1000, 2000});
  CAF_CHECK_EQUAL(error_of(create_user{{"bob", "Bob"}, "token-1", 1000, 2000}), "exists");
  CAF_CHECK_EQUAL(error_of(load_user{"bob"}), "not_found");
  CAF_CHECK_EQUAL(get(find_session{"token-1", 1000, 2000}).id, "ann");
}

CAF_TEST(a new name is seen everywhere but in what was said before) {
  make_user("ann", "Ann");
  auto epoch = make_room("room");
  get(add_member{"room", epoch, "ann"});
  get(append_message{"room", epoch, {"ann", "Ann"}, "hello", "c1", 5000});
  get(rename_user{"ann", "Anna"});
  CAF_CHECK_EQUAL(get(load_user{"ann"}).who.name, "Anna");
  CAF_CHECK_EQUAL(get(find_session{"token-ann", 1000, 1000000}).name, "Anna");
  CAF_CHECK(get(activate_room{"room"}).members.front().name == "Anna");
  CAF_CHECK(log_of("room").front().from.name == "Ann");
}

CAF_TEST(a user knows its rooms in their order) {
  make_user("ann");
  make_user("bob");
  for (auto room : {"zoo", "beach", "Attic"})
    get(add_member{room, make_room(room), "ann"});
  auto rooms = get(load_user{"ann"}).rooms;
  CAF_CHECK(rooms == std::vector<std::string>({"Attic", "beach", "zoo"}));
  CAF_CHECK(get(load_user{"bob"}).rooms.empty());
}

CAF_TEST(a user survives a restart) {
  make_user("ann", "Ann");
  get(add_member{"room", make_room("room"), "ann"});
  reopen();
  auto loaded = get(load_user{"ann"});
  CAF_CHECK_EQUAL(loaded.who.name, "Ann");
  CAF_CHECK(loaded.rooms == std::vector<std::string>({"room"}));
  CAF_CHECK_EQUAL(get(find_session{"token-ann", 1000, 1000000}).id, "ann");
}

CAF_TEST_FIXTURE_SCOPE_END()
