#define CAF_SUITE type_ids
#include "test/unit/suite.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include "actors/error.hpp"
#include "test/unit/actors/node_fixture.hpp"

using namespace klatsch;

namespace {

/// Through CAF's serialisation and back, as if it came from another node.
struct wire_fixture : node_fixture {
  template <class T>
  std::string there_and_back(T original) {
    std::vector<char> bytes;
    caf::binary_serializer sink{sys.dummy_execution_unit(), bytes};
    auto message = caf::make_message(std::move(original));
    CAF_REQUIRE(!sink(message));
    caf::message copy;
    caf::binary_deserializer source{sys.dummy_execution_unit(), bytes};
    CAF_REQUIRE(!source(copy));
    CAF_REQUIRE_EQUAL(copy.size(), 1u);
    CAF_REQUIRE(copy.match_elements<T>());
    CAF_CHECK_EQUAL(caf::deep_to_string(copy), caf::deep_to_string(message));
    return caf::deep_to_string(copy);
  }
};

const protocol::user ann{"ann", "Ann"};
const protocol::user ben{"ben", "Ben"};
const protocol::message hello{"room", 3, 1000, ann, "hello", "c1"};
const protocol::private_message whispered{"ben", 4, 1001, ann, ben, "psst", std::nullopt};

} // namespace

CAF_TEST_FIXTURE_SCOPE(type_ids_tests, wire_fixture)

CAF_TEST(the numbers of the messages never change) {
  // Append a line for a new message; a changed line breaks clusters of two versions.
  constexpr auto first = caf::id_block::klatsch::begin;
  CAF_CHECK_EQUAL(caf::type_id<protocol::user>::value, first + 0);
  CAF_CHECK_EQUAL(caf::type_id<protocol::message>::value, first + 1);
  CAF_CHECK_EQUAL(caf::type_id<protocol::private_message>::value, first + 2);
  CAF_CHECK_EQUAL(caf::type_id<protocol::user_renamed>::value, first + 3);
  CAF_CHECK_EQUAL(caf::type_id<protocol::sent_result>::value, first + 4);
  CAF_CHECK_EQUAL(caf::type_id<protocol::room_join_result>::value, first + 5);
  CAF_CHECK_EQUAL(caf::type_id<protocol::room_history_result>::value, first + 6);
  CAF_CHECK_EQUAL(caf::type_id<protocol::user_history_result>::value, first + 7);
  CAF_CHECK_EQUAL(caf::type_id<attach_session>::value, first + 8);
  CAF_CHECK_EQUAL(caf::type_id<join_room>::value, first + 9);
  CAF_CHECK_EQUAL(caf::type_id<detach_session>::value, first + 10);
  CAF_CHECK_EQUAL(caf::type_id<leave_room>::value, first + 11);
  CAF_CHECK_EQUAL(caf::type_id<klatsch::say>::value, first + 12);
  CAF_CHECK_EQUAL(caf::type_id<read_room_log>::value, first + 13);
  CAF_CHECK_EQUAL(caf::type_id<rename_member>::value, first + 14);
  CAF_CHECK_EQUAL(caf::type_id<attached>::value, first + 15);
  CAF_CHECK_EQUAL(caf::type_id<room_events>::value, first + 16);
  CAF_CHECK_EQUAL(caf::type_id<open_session>::value, first + 17);
  CAF_CHECK_EQUAL(caf::type_id<opened_user>::value, first + 18);
  CAF_CHECK_EQUAL(caf::type_id<end_session>::value, first + 19);
  CAF_CHECK_EQUAL(caf::type_id<send_private>::value, first + 20);
  CAF_CHECK_EQUAL(caf::type_id<private_stored>::value, first + 21);
  CAF_CHECK_EQUAL(caf::type_id<read_private_log>::value, first + 22);
  CAF_CHECK_EQUAL(caf::type_id<membership_changed>::value, first + 23);
  CAF_CHECK_EQUAL(caf::type_id<klatsch::rename_user>::value, first + 24);
  CAF_CHECK_EQUAL(caf::type_id<log_out>::value, first + 25);
  CAF_CHECK_EQUAL(caf::type_id<retire_user>::value, first + 26);
  CAF_CHECK_EQUAL(caf::type_id<succeeded>::value, first + 27);
  CAF_CHECK_EQUAL(caf::type_id<close_session>::value, first + 28);
  CAF_CHECK_EQUAL(caf::type_id<resolve_room>::value, first + 29);
  CAF_CHECK_EQUAL(caf::type_id<resolve_user>::value, first + 30);
  CAF_CHECK_EQUAL(caf::type_id<room_online>::value, first + 31);
  CAF_CHECK_EQUAL(caf::type_id<list_online>::value, first + 32);
  CAF_CHECK_EQUAL(caf::type_id<release_room>::value, first + 33);
  CAF_CHECK_EQUAL(caf::type_id<release_user>::value, first + 34);
  CAF_CHECK_EQUAL(caf::type_id<stop_directory>::value, first + 35);
  CAF_CHECK_EQUAL(caf::type_id<hand_over>::value, first + 36);
  CAF_CHECK_EQUAL(caf::type_id<host_room>::value, first + 37);
  CAF_CHECK_EQUAL(caf::type_id<host_user>::value, first + 38);
  CAF_CHECK_EQUAL(caf::type_id<give_up_room>::value, first + 39);
  CAF_CHECK_EQUAL(caf::type_id<give_up_user>::value, first + 40);
  CAF_CHECK_EQUAL(caf::type_id<view_changed>::value, first + 41);
  CAF_CHECK_EQUAL(caf::type_id<peer_found>::value, first + 42);
  CAF_CHECK_EQUAL(caf::type_id<peer_lost>::value, first + 43);
  CAF_CHECK_EQUAL(caf::type_id<await_empty>::value, first + 44);
  CAF_CHECK_EQUAL(caf::type_id<lease_alive>::value, first + 45);
  CAF_CHECK_EQUAL(caf::type_id<node_hello>::value, first + 46);
  CAF_CHECK_EQUAL(caf::type_id<node_welcome>::value, first + 47);
  CAF_CHECK_EQUAL(caf::type_id<std::vector<room_online>>::value, first + 48);
  CAF_CHECK_EQUAL(caf::type_id<room_actor>::value, first + 49);
  CAF_CHECK_EQUAL(caf::type_id<user_actor>::value, first + 50);
  CAF_CHECK_EQUAL(caf::type_id<confirm_place>::value, first + 51);
  CAF_CHECK_EQUAL(caf::type_id<look_again>::value, first + 52);
  CAF_CHECK_EQUAL(caf::type_id<klatsch::said>::value, first + 53);
  CAF_CHECK_EQUAL(caf::id_block::klatsch::end, first + 54);
}

CAF_TEST(every message that may cross nodes arrives as it was sent) {
  auto handle = connect().session;
  CAF_CHECK(there_and_back(ann).find("Ann") != std::string::npos);
  there_and_back(hello);
  there_and_back(whispered);
  there_and_back(protocol::user_renamed{ann});
  there_and_back(protocol::sent_result{3, 1000});
  there_and_back(
      protocol::room_join_result{"room", "The Room", 3, {{"ann", "Ann", true}}, 1, {hello}});
  there_and_back(protocol::room_history_result{{hello}, true});
  there_and_back(protocol::user_history_result{{whispered}, false});
  there_and_back(attach_session{7, ann, sessions.relay, 2});
  there_and_back(join_room{7, ann, sessions.relay});
  there_and_back(detach_session{7});
  there_and_back(leave_room{ann});
  there_and_back(klatsch::say{ann, {{"hello", "c1"}, {"again", "c2"}}});
  there_and_back(read_room_log{"ann", {5, std::nullopt, 10}});
  there_and_back(rename_member{ann});
  there_and_back(attached{{"room", "The Room", 3, true}, {hello}});
  there_and_back(room_events{
      "room",
      {hello, protocol::member_joined{"room", ann}, protocol::member_left{"room", ann},
       protocol::presence{ann, true}, protocol::user_renamed{ann},
       protocol::room_count{"room", 3, 2}, quiet_leave{{"room", ann}}}});
  there_and_back(open_session{7, handle, "hash", {{std::nullopt, "ben", 4}}, true});
  there_and_back(opened_user{ann, {"room"}, {{ben, 4, false}}, {whispered}, true});
  there_and_back(end_session{7});
  there_and_back(send_private{ann, {}, "ben", "psst", "c1"});
  there_and_back(private_stored{whispered});
  there_and_back(read_private_log{"ben", {std::nullopt, 4, 10}});
  there_and_back(membership_changed{"room", true, 7});
  there_and_back(klatsch::rename_user{"Anna"});
  there_and_back(log_out{"hash"});
  there_and_back(retire_user{});
  there_and_back(succeeded{});
  there_and_back(close_session{4000});
  there_and_back(resolve_room{"room"});
  there_and_back(resolve_user{"ann"});
  there_and_back(room_online{"room", 2});
  there_and_back(list_online{{"room"}, true});
  there_and_back(std::vector<room_online>{{"room", 2}});
  there_and_back(release_room{"room"});
  there_and_back(release_user{"ann"});
  there_and_back(stop_directory{});
  there_and_back(hand_over{});
  there_and_back(host_room{"room"});
  there_and_back(host_user{"ann"});
  there_and_back(give_up_room{"room"});
  there_and_back(give_up_user{"ann"});
  there_and_back(view_changed{7, {{"node-1", false}, {"node-2", true}}});
  there_and_back(peer_found{"node-1", model.directory});
  there_and_back(peer_lost{"node-1"});
  there_and_back(await_empty{});
  there_and_back(lease_alive{"node-1"});
  there_and_back(node_hello{"node-1", "klatsch", 1, 2, {}, model.directory});
  there_and_back(node_welcome{"node-1", 1, "", model.directory});
  there_and_back(confirm_place{});
  there_and_back(look_again{});
  there_and_back(room_actor{});
  there_and_back(user_actor{});
  there_and_back(klatsch::said{
      {protocol::sent_result{3, 1000}, make_error(protocol::error_code::store_unavailable)}});
}

CAF_TEST_FIXTURE_SCOPE_END()
