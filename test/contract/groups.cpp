#define CAF_SUITE groups
#include "test/contract/contract.hpp"

using namespace klatsch::contract;

CAF_TEST_FIXTURE_SCOPE(groups_of_requests, fixture)

CAF_TEST(an empty group has no results) {
  CAF_CHECK(ask_group({}).empty());
}

CAF_TEST(later requests of a group see the earlier ones) {
  auto results = ask_group({
      create_user{{"ann", "Ann"}, "token", 1000, 2000},
      load_user{"ann"},
      rename_user{"ann", "Anna"},
      find_session{"token", 1000, 2000},
      create_room{"room", "Title", 1000},
      activate_room{"room"},
      activate_room{"room"},
  });
  CAF_CHECK_EQUAL(as<loaded_user>(results[1]).who.name, "Ann");
  CAF_CHECK_EQUAL(as<user>(results[3]).name, "Anna");
  auto epoch = as<activated_room>(results[6]).epoch;
  CAF_CHECK(epoch > as<activated_room>(results[5]).epoch);
  results = ask_group({
      add_member{"room", epoch, "ann"},
      message_of("room", epoch, "ann", "c1"),
      message_of("room", epoch, "ann", "c2"),
      message_of("room", epoch, "ann", "c1"),
      read_room{"room", {{}, {}, 10}},
      load_user{"ann"},
      activate_room{"room"},
      message_of("room", epoch, "ann", "c3"),
      delete_session{"token"},
      find_session{"token", 1000, 2000},
  });
  CAF_CHECK_EQUAL(as<appended>(results[1]).seq, 1);
  CAF_CHECK_EQUAL(as<appended>(results[2]).seq, 2);
  CAF_CHECK(as<appended>(results[3]).duplicate);
  CAF_CHECK_EQUAL(numbers(as<log_page<klatsch::protocol::message>>(results[4]).messages), "1 2");
  CAF_CHECK_EQUAL(as<loaded_user>(results[5]).rooms.size(), 1u);
  CAF_CHECK(as<activated_room>(results[6]).members.front().name == "Anna");
  CAF_CHECK_EQUAL(error_in(results[7]), "fenced");
  CAF_CHECK_EQUAL(error_in(results[9]), "not_found");
}

CAF_TEST(requests that fail do not hinder the others) {
  make_user("ann");
  auto epoch = make_room("room");
  auto results = ask_group({
      message_of("room", epoch, "ann", "c1"),
      message_of("room", epoch - 1, "ann", "c2"),
      message_of("nowhere", epoch, "ann", "c3"),
      create_user{{"ann", "Other"}, "other", 1000, 2000},
      read_private{"ann", "nobody", {{}, {}, 10}},
      load_user{"../../etc/passwd"},
      message_of("room", epoch, "ann", "c5"),
  });
  CAF_CHECK_EQUAL(as<appended>(results[0]).seq, 1);
  CAF_CHECK_EQUAL(error_in(results[1]), "fenced");
  CAF_CHECK_EQUAL(error_in(results[2]), "not_found");
  CAF_CHECK_EQUAL(error_in(results[3]), "exists");
  CAF_CHECK_EQUAL(error_in(results[4]), "not_found");
  CAF_CHECK_EQUAL(error_in(results[5]), "not_found");
  CAF_CHECK_EQUAL(as<appended>(results[6]).seq, 2);
  reopen();
  CAF_CHECK_EQUAL(numbers(log_of("room")), "1 2");
}

CAF_TEST(a group of reading requests sees what is stored) {
  make_user("ann");
  auto epoch = make_room("room");
  say("room", epoch, "ann", "c1");
  auto results = ask_group({
      load_user{"ann"},
      list_rooms{10},
      read_room{"room", {{}, {}, 10}},
      find_session{"token-ann", 1000, 1000000},
      list_conversations{"ann", 10},
  });
  CAF_CHECK_EQUAL(as<loaded_user>(results[0]).who.id, "ann");
  CAF_CHECK_EQUAL(as<std::vector<stored_room>>(results[1]).size(), 1u);
  CAF_CHECK_EQUAL(numbers(as<log_page<klatsch::protocol::message>>(results[2]).messages), "1");
  CAF_CHECK_EQUAL(as<user>(results[3]).id, "ann");
  CAF_CHECK(as<std::vector<stored_conversation>>(results[4]).empty());
}

CAF_TEST(a group of reading requests can prolong a session) {
  get(create_user{{"ann", "Ann"}, "token", 1000, 2000});
  auto results = ask_group({find_session{"token", 1900, 2900}, find_session{"token", 2800, 2900}});
  CAF_CHECK_EQUAL(error_in(results[0]), "none");
  CAF_CHECK_EQUAL(error_in(results[1]), "none");
}

CAF_TEST(messages to several rooms in one group keep their orders and cids) {
  make_user("ann");
  make_user("bob");
  auto one = make_room("one");
  auto other = make_room("other");
  auto results = ask_group({
      message_of("one", one, "ann", "c1"),
      message_of("other", other, "ann", "c1"),
      message_of("one", one, "ann", "c2"),
      message_of("one", one, "ann", "c1"),
      message_of("one", one - 1, "bob", "c1"),
      message_of("other", other, "bob", "c1"),
      read_room{"one", {{}, {}, 10}},
      message_of("one", one, "bob", "c2"),
      message_of("nowhere", one, "bob", "c2"),
  });
  for (auto [index, seq] : {std::pair{0, 1}, {1, 1}, {2, 2}, {3, 1}, {5, 2}, {7, 3}})
    CAF_CHECK_EQUAL(as<appended>(results[index]).seq, seq);
  CAF_CHECK(as<appended>(results[3]).duplicate);
  CAF_CHECK(!as<appended>(results[7]).duplicate);
  CAF_CHECK_EQUAL(error_in(results[4]), "fenced");
  CAF_CHECK_EQUAL(numbers(as<log_page<klatsch::protocol::message>>(results[6]).messages), "1 2");
  CAF_CHECK_EQUAL(error_in(results[8]), "not_found");
  CAF_CHECK_EQUAL(numbers(log_of("one")), "1 2 3");
  CAF_CHECK_EQUAL(numbers(log_of("other")), "1 2");
}

CAF_TEST(a duplicate in a group has the time of the first) {
  auto epoch = make_room("room");
  auto at = [&](const std::string& cid, std::int64_t ts) {
    auto message = message_of("room", epoch, "ann", cid);
    message.ts = ts;
    return message;
  };
  get(at("c1", 6000));
  auto results = ask_group({at("c2", 7000), at("c1", 8000), at("c2", 9000), at("c3", 9500)});
  CAF_CHECK(as<appended>(results[0]) == (appended{2, 7000, false}));
  CAF_CHECK(as<appended>(results[1]) == (appended{1, 6000, true}));
  CAF_CHECK(as<appended>(results[2]) == (appended{2, 7000, true}));
  CAF_CHECK(as<appended>(results[3]) == (appended{3, 9500, false}));
  CAF_CHECK(get(at("c3", 9900)) == (appended{3, 9500, true}));
}

CAF_TEST(a large group of large messages is stored) {
  auto epoch = make_room("room");
  std::string text(16000, 'x');
  std::vector<store_request> group;
  for (int i = 0; i < 512; ++i)
    group.push_back(message_of("room", epoch, "ann", "c" + std::to_string(i), text));
  auto results = ask_group(group);
  CAF_CHECK_EQUAL(error_in(results.front()), "not_found");
  text.resize(4000);
  for (auto& request : group)
    std::get<append_message>(request).text = text;
  results = ask_group(group);
  CAF_CHECK_EQUAL(as<appended>(results.back()).seq, 512);
}

CAF_TEST(a store that works is checked) {
  get(check_store{});
  auto results = ask_group({check_store{}, check_store{}});
  CAF_CHECK_EQUAL(error_in(results[1]), "none");
}

CAF_TEST_FIXTURE_SCOPE_END()
