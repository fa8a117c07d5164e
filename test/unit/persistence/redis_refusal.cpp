#define CAF_SUITE redis_refusal
#include <caf/test/unit_test.hpp>

#include "persistence/redis_refusal.hpp"

using klatsch::persistence::is_refusal;

CAF_TEST(an error of redis itself is a refusal) {
  CAF_CHECK(is_refusal("READONLY You can't write against a read only replica."));
  CAF_CHECK(is_refusal("OOM command not allowed when used memory > 'maxmemory'."));
}

CAF_TEST(redis 6 wraps what happens in a script) {
  CAF_CHECK(is_refusal("ERR Error running script (call to f_1): @user_script:7: -OOM command"));
  CAF_CHECK(is_refusal("@user_script: 30: -READONLY You can't write against a read only replica."));
}

CAF_TEST(what a script finds damaged is no refusal) {
  CAF_CHECK(!is_refusal("WRONGTYPE Operation against a key holding the wrong kind of value"));
  CAF_CHECK(!is_refusal("@user_script: 30: WRONGTYPE Operation against a key"));
  CAF_CHECK(!is_refusal("ERR user_script:7: attempt to compare nil with number"));
}
