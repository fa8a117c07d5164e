#define CAF_SUITE sessions
#include "test/contract/contract.hpp"

using namespace klatsch::contract;

namespace {

using names = std::vector<std::string>;

struct sessions_fixture : fixture {
  void make_token(const std::string& user_id, std::int64_t expires_at_ms) {
    get(create_user{{user_id, "Name"}, "token-" + user_id, 1000, expires_at_ms});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sessions_of_a_store, sessions_fixture)

CAF_TEST(a token finds its user until it expires) {
  make_token("ann", 2000);
  CAF_CHECK_EQUAL(get(find_session{"token-ann", 1999, 2000}).id, "ann");
  CAF_CHECK_EQUAL(error_of(find_session{"token-ann", 2000, 3000}), "not_found");
  CAF_CHECK_EQUAL(error_of(find_session{"token-ann", 2001, 3000}), "not_found");
}

CAF_TEST(a token that nobody has is not found) {
  CAF_CHECK_EQUAL(error_of(find_session{"token", 1000, 2000}), "not_found");
  CAF_CHECK_EQUAL(error_of(delete_session{"token"}), "not_found");
}

CAF_TEST(a token that is used in its second half lives on) {
  make_token("ann", 2000);
  get(find_session{"token-ann", 1900, 2900});
  CAF_CHECK_EQUAL(get(find_session{"token-ann", 2500, 2900}).id, "ann");
  CAF_CHECK_EQUAL(error_of(find_session{"token-ann", 2900, 3900}), "not_found");
}

CAF_TEST(the new expiry survives a restart) {
  make_token("ann", 2000);
  get(find_session{"token-ann", 1900, 2900});
  reopen();
  CAF_CHECK_EQUAL(get(find_session{"token-ann", 2899, 2900}).id, "ann");
}

CAF_TEST(a deleted token is void and tells its user) {
  make_token("ann", 2000);
  auto ended = get(delete_session{"token-ann"});
  CAF_CHECK_EQUAL(ended.user_id, "ann");
  CAF_CHECK_EQUAL(error_of(find_session{"token-ann", 1000, 2000}), "not_found");
  CAF_CHECK_EQUAL(error_of(delete_session{"token-ann"}), "not_found");
  CAF_CHECK_EQUAL(get(load_user{"ann"}).who.id, "ann");
}

CAF_TEST(a deleted token stays void over a restart) {
  make_token("ann", 2000);
  get(delete_session{"token-ann"});
  reopen();
  CAF_CHECK_EQUAL(error_of(find_session{"token-ann", 1000, 2000}), "not_found");
}

CAF_TEST(expiry removes what is over and tells who can not come back) {
  make_token("carl", 3000);
  make_token("bob", 2000);
  make_token("ann", 2000);
  auto expired = get(expire_sessions{2000, 10});
  CAF_CHECK(expired.users_without_session == names({"ann", "bob"}));
  CAF_CHECK(!expired.more);
  CAF_CHECK_EQUAL(error_of(delete_session{"token-ann"}), "not_found");
  CAF_CHECK_EQUAL(get(find_session{"token-carl", 2000, 3000}).id, "carl");
}

CAF_TEST(expiry goes in steps and says when there is more) {
  make_token("ann", 2000);
  make_token("bob", 2001);
  make_token("carl", 2002);
  auto first = get(expire_sessions{2500, 2});
  CAF_CHECK(first.users_without_session == names({"ann", "bob"}));
  CAF_CHECK(first.more);
  auto second = get(expire_sessions{2500, 2});
  CAF_CHECK(second.users_without_session == names({"carl"}));
  CAF_CHECK(!second.more);
  auto third = get(expire_sessions{2500, 2});
  CAF_CHECK(third.users_without_session.empty());
}

CAF_TEST(expiry with a limit of nothing removes nothing) {
  make_token("ann", 2000);
  for (std::int64_t limit : {0, -1}) {
    auto expired = get(expire_sessions{2500, limit});
    CAF_CHECK(expired.users_without_session.empty());
    CAF_CHECK(expired.more);
  }
}

CAF_TEST(a limit without bound is no trouble) {
  make_token("ann", 2000);
  auto expired = get(expire_sessions{2500, std::numeric_limits<std::int64_t>::max()});
  CAF_CHECK(expired.users_without_session == names({"ann"}));
}

CAF_TEST(a token that has lived on does not expire by its first time) {
  make_token("ann", 2000);
  get(find_session{"token-ann", 1900, 2900});
  CAF_CHECK(get(expire_sessions{2500, 10}).users_without_session.empty());
  CAF_CHECK(get(expire_sessions{2900, 10}).users_without_session == names({"ann"}));
}

CAF_TEST(times far in the future are kept exactly) {
  std::int64_t far = 9007199254740991;
  make_token("ann", far);
  CAF_CHECK_EQUAL(get(find_session{"token-ann", far - 1, far}).id, "ann");
  CAF_CHECK_EQUAL(error_of(find_session{"token-ann", far, far}), "not_found");
}

CAF_TEST_FIXTURE_SCOPE_END()
