#define CAF_SUITE outage
#include "test/contract/contract.hpp"

#include <chrono>
#include <thread>

#include "test/contract/captured_log.hpp"

using namespace klatsch::contract;

namespace {

using clock_type = std::chrono::steady_clock;

struct outage_fixture : fixture {
  outage_fixture() : epoch(make_room("room")) {}

  std::string next_cid() { return "c" + std::to_string(count++); }

  store_result try_to_say(const std::string& cid) {
    return ask(message_of("room", epoch, "ann", cid, std::string(4000, 'x')));
  }

  /// Says until the store refuses; the cid that was refused. Keeps the acknowledged ones.
  std::string say_until_refused() {
    for (int i = 0; i < 1000; ++i) {
      auto cid = next_cid();
      auto result = try_to_say(cid);
      if (error_in(result) == "unavailable")
        return cid;
      acknowledged.push_back(as<appended>(result));
    }
    CAF_FAIL("the store is away and acknowledges");
    return {};
  }

  /// Asks again and again, as clients do.
  appended say_until_stored(const std::string& cid) {
    auto deadline = clock_type::now() + std::chrono::seconds(20);
    for (;;) {
      auto result = try_to_say(cid);
      if (error_in(result) == "none")
        return as<appended>(result);
      CAF_REQUIRE_EQUAL(error_in(result), "unavailable");
      if (clock_type::now() > deadline)
        CAF_FAIL("the store does not come back");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  std::int64_t epoch;
  int count = 0;
  std::vector<appended> acknowledged;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(outage_of_a_store, outage_fixture)

CAF_TEST(a store that is away refuses and when it is back nothing is missing) {
  captured_log quiet;
  for (int round = 0; round < 3; ++round) {
    acknowledged.push_back(say_until_stored(next_cid()));
    backend_->take_away();
    auto refused = say_until_refused();
    backend_->give_back();
    acknowledged.push_back(say_until_stored(refused));
    CAF_CHECK(say_until_stored(refused).duplicate);
    CAF_CHECK_EQUAL(error_of(check_store{}), "none");
  }
  auto log = log_of("room");
  CAF_CHECK_EQUAL(log.size(), acknowledged.size());
  for (std::size_t i = 0; i < log.size(); ++i)
    CAF_CHECK_EQUAL(log[i].seq, static_cast<std::int64_t>(i + 1));
}

CAF_TEST(a whole group is refused while the store is away) {
  captured_log quiet;
  backend_->take_away();
  say_until_refused();
  std::vector<store_request> group;
  for (int i = 0; i < 20; ++i)
    group.push_back(message_of("room", epoch, "ann", next_cid(), std::string(4000, 'x')));
  for (const auto& result : ask_group(group))
    CAF_CHECK_EQUAL(error_in(result), "unavailable");
  backend_->give_back();
  auto last = acknowledged.empty() ? 0 : acknowledged.back().seq;
  CAF_CHECK_EQUAL(say_until_stored("after").seq, last + 1);
}

CAF_TEST(the log says once that the store is away and once that it is back) {
  captured_log lines;
  for (std::size_t round = 1; round <= 2; ++round) {
    backend_->take_away();
    say_until_refused();
    for (int i = 0; i < 20; ++i)
      CAF_CHECK_EQUAL(error_in(try_to_say(next_cid())), "unavailable");
    CAF_CHECK_EQUAL(lines.count("unavailable: "), round);
    CAF_CHECK_EQUAL(lines.count("works again"), round - 1);
    backend_->give_back();
    say_until_stored(next_cid());
    say_until_stored(next_cid());
    CAF_CHECK_EQUAL(lines.count("works again"), round);
  }
  CAF_CHECK_EQUAL(lines.count("xxxx"), 0u);
}

CAF_TEST(while the store is away it answers soon) {
  captured_log quiet;
  backend_->take_away();
  say_until_refused();
  auto begin = clock_type::now();
  for (int i = 0; i < 50; ++i)
    CAF_CHECK_EQUAL(error_in(try_to_say(next_cid())), "unavailable");
  CAF_CHECK(clock_type::now() - begin < std::chrono::seconds(10));
  backend_->give_back();
  say_until_stored(next_cid());
}

CAF_TEST_FIXTURE_SCOPE_END()
