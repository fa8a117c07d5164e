#define CAF_SUITE texts
#include "test/contract/contract.hpp"

using namespace klatsch::contract;
using namespace std::literals;

namespace {

std::string repeat(std::string_view piece, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i)
    result += piece;
  return result;
}

constexpr page newest{std::nullopt, std::nullopt, 100};

} // namespace

CAF_TEST_FIXTURE_SCOPE(texts_in_a_store, fixture)

CAF_TEST(unusual texts are read back byte by byte) {
  make_user("ann");
  make_user("bob");
  auto epoch = make_room("room");
  std::vector<std::string> texts{
      repeat("\U0001F600", 4000), // the longest there is: 16,000 bytes
      repeat("a", 4000),
      "e\u0301 and \u00e9", // combined and not: not normalised
      "\U0001F469\u200D\U0001F469\u200D\U0001F467",
      "\u202Eright to left\u202C \u05D0\u05D1",
      "\uFEFFbyte order mark",
      "\uFFFD\uFFFF\U0010FFFF",
      "quotes ' \" ` and \\ and %s %n {} $1 ?1",
      "'); DROP TABLE messages; --",
      "line\r\nbreaks\n\ttabs",
      "zero\0inside"s,
      " ",
  };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    say("room", epoch, "ann", "c" + std::to_string(i), texts[i]);
    tell("ann", "bob", "c" + std::to_string(i), false, texts[i]);
  }
  reopen();
  auto log = log_of("room");
  auto conversation = get(read_private{"bob", "ann", newest}).messages;
  CAF_REQUIRE_EQUAL(log.size(), texts.size());
  CAF_REQUIRE_EQUAL(conversation.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAF_CHECK(log[i].text == texts[i]);
    CAF_CHECK(conversation[i].text == texts[i]);
  }
}

CAF_TEST(unusual names and titles are read back) {
  auto name = repeat("\U0001F600", 40);
  auto title = repeat("\u0416", 80);
  get(create_user{{"ann", name}, "token", 1000, 2000});
  get(create_room{"room", title, 1000});
  get(add_member{"room", get(activate_room{"room"}).epoch, "ann"});
  reopen();
  CAF_CHECK_EQUAL(get(load_user{"ann"}).who.name, name);
  auto room = get(activate_room{"room"});
  CAF_CHECK_EQUAL(room.title, title);
  CAF_CHECK_EQUAL(room.members.front().name, name);
  CAF_CHECK(get(list_rooms{1}).front().title == title);
}

CAF_TEST(what could not be read back is not stored) {
  make_user("bob");
  auto epoch = make_room("room");
  for (const auto& text :
       {"\xFF"s, "\xC0\xAF"s, "\xED\xA0\x80"s, "a\xE2\x82"s, repeat("a", 4001)}) {
    CAF_CHECK_EQUAL(error_of(message_of("room", epoch, "ann", "c1", text)), "not_found");
    CAF_CHECK_EQUAL(
        error_of(append_private{{"ann", "Ann"}, {"bob", "Bob"}, text, "c1", 5000, false}),
        "not_found");
  }
  CAF_CHECK_EQUAL(
      error_of(append_private{{"ann", "Ann"}, {"bob", "\xFF"}, "text", "c1", 5000, false}),
      "not_found");
  CAF_CHECK_EQUAL(error_of(rename_user{"bob", "\xFF"}), "not_found");
  CAF_CHECK_EQUAL(error_of(create_room{"other", repeat("a", 81), 1000}), "not_found");
  CAF_CHECK_EQUAL(error_of(create_user{{"eve", "\xFF"}, "token", 1000, 2000}), "not_found");
  CAF_CHECK(log_of("room").empty());
}

CAF_TEST(hostile ids never leave their place) {
  make_user("ann");
  auto epoch = make_room("room");
  for (const auto& id :
       {""s, " "s, "*"s, "a:b"s, "{room}"s, "room}:log"s, "room\0"s, "room\n"s, "../room"s,
        "' OR 1=1"s, "\xFF"s, "\u00e4"s, std::string(65, 'a'), std::string(1 << 20, 'a'), "[a-z]*"s,
        "%s%n"s}) {
    for (const store_request& request : std::vector<store_request>{
             find_session{id, 1000, 2000},
             create_user{{id, "Name"}, "token", 1000, 2000},
             create_user{{"eve", "Name"}, id, 1000, 2000},
             delete_session{id},
             load_user{id},
             rename_user{id, "Name"},
             create_room{id, "Title", 1000},
             activate_room{id},
             add_member{id, epoch, "ann"},
             add_member{"room", epoch, id},
             remove_member{id, epoch, "ann"},
             remove_member{"room", epoch, id},
             check_epoch{id, epoch},
             message_of(id, epoch, "ann", "c1"),
             message_of("room", epoch, id, "c1"),
             message_of("room", epoch, "ann", id),
             read_room{id, newest},
             append_private{{id, "Name"}, {"ann", "Ann"}, "text", "c1", 5000, false},
             append_private{{"ann", "Name"}, {id, "Name"}, "text", "c1", 5000, false},
             append_private{{"ann", "Name"}, {"ann", "Ann"}, "text", id, 5000, false},
             read_private{id, "ann", newest},
             read_private{"ann", id, newest},
             list_conversations{id, 10},
             mark_delivered{id, "ann", 1},
             mark_delivered{"ann", id, 1}})
      CAF_CHECK_EQUAL(error_of(request), "not_found");
  }
  CAF_CHECK_EQUAL(get(list_rooms{10}).size(), 1u);
  CAF_CHECK(get(activate_room{"room"}).members.empty());
  CAF_CHECK(log_of("room").empty());
  CAF_CHECK(get(list_conversations{"ann", 10}).empty());
}

CAF_TEST(ids that look like parts of the store are ids) {
  for (auto id :
       {"users", "rooms", "log", "state", "sqlite_schema", "0", "-1", "NULL", "__proto__"}) {
    make_user(id);
    auto epoch = make_room(id);
    get(add_member{id, epoch, id});
    CAF_CHECK_EQUAL(say(id, epoch, id, id).seq, 1);
  }
  reopen();
  CAF_CHECK(get(load_user{"state"}).rooms == std::vector<std::string>({"state"}));
  CAF_CHECK_EQUAL(get(list_rooms{100}).size(), 9u);
}

CAF_TEST(times that no client could read are not stored) {
  auto epoch = make_room("room");
  for (std::int64_t ts : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
    CAF_CHECK_EQUAL(
        error_of(append_message{"room", epoch, {"ann", "Ann"}, "text", "c1", ts}), "not_found");
  CAF_CHECK(log_of("room").empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
