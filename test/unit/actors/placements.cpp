#define CAF_SUITE placements
#include "test/unit/suite.hpp"

#include <map>
#include <set>

#include "actors/active_nodes.hpp"
#include "actors/placement.hpp"

using namespace klatsch;

namespace {

constexpr int keys = 3000;

std::string key(int number) {
  return "room/" + std::to_string(number);
}

placement over(const std::vector<placed_node>& nodes) {
  placement made;
  made.set(nodes);
  return made;
}

using nodes = std::vector<placed_node>;

persistence::node_record
record(std::string id, std::vector<std::string> unreachable, std::vector<std::string> roles) {
  persistence::node_record result;
  result.id = std::move(id);
  result.roles = std::move(roles);
  result.unreachable = std::move(unreachable);
  return result;
}

std::string ids(const std::vector<persistence::node_record>& records) {
  std::string text;
  for (auto& each : records)
    text += each.id;
  return text;
}

const std::vector<std::string> complete{"web", "ws", "worker"};

} // namespace

CAF_TEST(without workers nobody owns anything) {
  CAF_CHECK(over({}).owner("room/a").empty());
  CAF_CHECK(over({}).predecessors("room/a").empty());
  CAF_CHECK(over({{"a", true}}).owner("room/a").empty());
}

CAF_TEST(all nodes agree whatever the order in which they know each other) {
  const auto one = over({{"a", false}, {"b", false}, {"c", false}});
  const auto other = over({{"c", false}, {"a", false}, {"b", false}});
  for (int i = 0; i != keys; ++i)
    CAF_REQUIRE_EQUAL(one.owner(key(i)), other.owner(key(i)));
}

CAF_TEST(each node has about its share) {
  const auto places = over({{"a", false}, {"b", false}, {"c", false}});
  std::map<std::string, int> shares;
  for (int i = 0; i != keys; ++i)
    ++shares[std::string{places.owner(key(i))}];
  CAF_CHECK_EQUAL(shares.size(), 3u);
  for (auto& [id, share] : shares)
    CAF_CHECK(share > keys / 3 * 9 / 10 && share < keys / 3 * 11 / 10);
}

CAF_TEST(a node that comes takes from all others and nothing else moves) {
  const auto before = over({{"a", false}, {"b", false}});
  const auto after = over({{"a", false}, {"b", false}, {"c", false}});
  int moved = 0;
  for (int i = 0; i != keys; ++i)
    if (before.owner(key(i)) != after.owner(key(i))) {
      CAF_REQUIRE_EQUAL(after.owner(key(i)), "c");
      ++moved;
    }
  CAF_CHECK(moved > keys / 3 * 9 / 10 && moved < keys / 3 * 11 / 10);
}

CAF_TEST(who had a room before is among its predecessors) {
  const auto before = over({{"a", false}, {"b", false}, {"c", false}});
  const auto two_more =
      over({{"a", false}, {"b", false}, {"c", false}, {"d", false}, {"e", false}});
  const auto draining = over({{"a", true}, {"b", false}, {"c", false}});
  for (int i = 0; i != keys; ++i)
    for (auto* after : {&two_more, &draining}) {
      const auto old_owner = std::string{before.owner(key(i))};
      if (after->owner(key(i)) == old_owner)
        continue;
      const auto asked = after->predecessors(key(i));
      CAF_REQUIRE(std::set(asked.begin(), asked.end()).contains(old_owner));
    }
}

CAF_TEST(all nodes take part while they reach each other) {
  const persistence::cluster_view view{
      1, {record("a", {}, complete), record("b", {}, {"ws"}), record("c", {}, {"worker"})}};
  CAF_CHECK_EQUAL(ids(active_nodes(view)), "abc");
}

CAF_TEST(the node that reaches the fewest stands aside) {
  const persistence::cluster_view view{
      1,
      {record("a", {"b", "c"}, complete), record("b", {"a"}, complete), record("c", {}, complete)}};
  CAF_CHECK_EQUAL(ids(active_nodes(view)), "bc");
}

CAF_TEST(of two that do not reach each other the worker stays) {
  const persistence::cluster_view view{
      1, {record("a", {"b"}, {"ws"}), record("b", {}, {"worker"}), record("c", {}, {"ws"})}};
  CAF_CHECK_EQUAL(ids(active_nodes(view)), "bc");
  const persistence::cluster_view equal{
      1, {record("a", {"b"}, complete), record("b", {"a"}, complete)}};
  CAF_CHECK_EQUAL(ids(active_nodes(equal)), "a");
}

CAF_TEST(nodes without rooms need not reach each other) {
  const persistence::cluster_view view{
      1, {record("a", {"b"}, {"ws"}), record("b", {"a"}, {"web"}), record("c", {}, {"worker"})}};
  CAF_CHECK_EQUAL(ids(active_nodes(view)), "abc");
}
