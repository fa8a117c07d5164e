#define CAF_SUITE tables
#include "test/unit/suite.hpp"

#include <algorithm>
#include <set>

#include "protocol/close_codes.hpp"
#include "protocol/errors.hpp"
#include "protocol/notifications.hpp"
#include "protocol/requests.hpp"

using namespace klatsch::protocol;

namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  });
}

/// Counts each of `names` once.
template <class... Ts>
std::set<std::string_view> methods_of(std::type_identity<std::tuple<Ts...>>) {
  return {Ts::method...};
}

} // namespace

CAF_TEST(every error has its own number and name and a sentence) {
  std::set<error_code> codes;
  std::set<std::string_view> names;
  for (auto& row : error_table) {
    CAF_CHECK(codes.insert(row.code).second);
    CAF_CHECK(names.insert(row.name).second);
    CAF_CHECK(is_name(row.name));
    CAF_CHECK(row.sentence.ends_with('.'));
    CAF_CHECK(row_of(row.code).name == row.name);
  }
}

CAF_TEST(the errors of JSON RPC can not be mended by a retry) {
  for (auto& row : error_table)
    CAF_CHECK(!(static_cast<int>(row.code) < 0 && row.retry));
}

CAF_TEST(an unknown error is an internal one) {
  CAF_CHECK(row_of(static_cast<error_code>(7)).code == error_code::internal_error);
  CAF_CHECK(row_of(static_cast<close_code>(7)).code == close_code::internal_error);
}

CAF_TEST(every close code has its own number and name and a sentence) {
  std::set<close_code> codes;
  std::set<std::string_view> names;
  for (auto& row : close_table) {
    CAF_CHECK(codes.insert(row.code).second);
    CAF_CHECK(names.insert(row.name).second);
    CAF_CHECK(is_name(row.name));
    CAF_CHECK(row.sentence.ends_with('.'));
    CAF_CHECK(row_of(row.code).name == row.name);
  }
}

CAF_TEST(a client comes back after a close code below 4500 only) {
  CAF_CHECK(row_of(close_code::restarting).reconnect());
  CAF_CHECK(row_of(close_code::slow_consumer).reconnect());
  CAF_CHECK(!row_of(close_code::logged_out).reconnect());
  CAF_CHECK(!row_of(close_code::flooding).reconnect());
}

CAF_TEST(no two methods and no two notifications have one name) {
  auto asked = methods_of(std::type_identity<requests>{});
  auto told = methods_of(std::type_identity<notifications>{});
  CAF_CHECK_EQUAL(asked.size(), std::tuple_size_v<requests>);
  CAF_CHECK_EQUAL(told.size(), std::tuple_size_v<notifications>);
  for (auto method : told)
    CAF_CHECK(!asked.contains(method));
}
