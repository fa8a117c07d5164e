#define CAF_SUITE cluster
#include "test/unit/suite.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <caf/actor_system_config.hpp>
#include <rapidjson/document.h>

#include "actors/token.hpp"
#include "net/cluster_report.hpp"
#include "net/node_credentials.hpp"
#include "net/reconnect_spread.hpp"

using namespace klatsch;
using namespace klatsch::net;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

CAF_TEST(the same secret gives the same keys and another one others) {
  start_randomness();
  const auto one = derive_credentials("a secret of the cluster");
  const auto same = derive_credentials("a secret of the cluster");
  const auto other = derive_credentials("a secret of somebody else");
  CAF_CHECK(content_of(one.certificate).find("BEGIN CERTIFICATE") != std::string::npos);
  CAF_CHECK_EQUAL(content_of(one.certificate), content_of(same.certificate));
  CAF_CHECK_EQUAL(content_of(one.key), content_of(same.key));
  CAF_CHECK_EQUAL(one.authority, one.certificate);
  CAF_CHECK(content_of(one.certificate) != content_of(other.certificate));
  CAF_CHECK(content_of(one.key) != content_of(other.key));
}

CAF_TEST(clients that are sent away come back over the time that the rate asks for) {
  std::int64_t longest = 0;
  for (int i = 0; i != 1000; ++i) {
    const auto delay = reconnect_delay_ms(10000, 2000);
    CAF_REQUIRE(delay >= 0 && delay <= 5000);
    longest = std::max(longest, delay);
  }
  CAF_CHECK(longest > 4000);
  CAF_CHECK_EQUAL(reconnect_delay_ms(0, 2000), 0);
  CAF_CHECK(reconnect_delay_ms(1000000000, 1) <= longest_reconnect_delay_ms);
}

CAF_TEST(the report names each node with what it serves) {
  persistence::node_record node;
  node.id = "b";
  node.epoch = 7;
  node.roles = {"ws"};
  node.rooms = 3;
  rapidjson::Document report;
  report.Parse(cluster_report({"a", cluster_board::state::active, {5, {node}}, {"b"}}).c_str());
  CAF_REQUIRE(report.IsObject());
  CAF_CHECK_EQUAL(report["node"].GetString(), std::string{"a"});
  CAF_CHECK_EQUAL(report["state"].GetString(), std::string{"active"});
  CAF_CHECK_EQUAL(report["view"].GetInt64(), 5);
  CAF_CHECK_EQUAL(report["linked"][0].GetString(), std::string{"b"});
  CAF_CHECK_EQUAL(report["nodes"][0]["epoch"].GetInt64(), 7);
  CAF_CHECK_EQUAL(report["nodes"][0]["roles"][0].GetString(), std::string{"ws"});
  CAF_CHECK_EQUAL(report["nodes"][0]["rooms"].GetInt64(), 3);
}
