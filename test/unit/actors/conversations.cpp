#define CAF_SUITE conversations
#include "test/unit/suite.hpp"

#include <cstdint>
#include <vector>

#include "actors/conversation.hpp"

using namespace klatsch;
using namespace std::chrono_literals;

namespace {

using numbers = std::vector<std::int64_t>;

struct conversation_fixture {
  /// What is shown when these have come.
  numbers take(const numbers& come) {
    numbers shown;
    for (auto seq : come) {
      protocol::private_message message;
      message.seq = seq;
      one.take(message, [&](auto& next) { shown.push_back(next.seq); });
    }
    return shown;
  }

  conversation one{3};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(conversation_tests, conversation_fixture)

CAF_TEST(messages are shown in their order and once) {
  CAF_CHECK_EQUAL(take({4, 4, 3, 5}), (numbers{4, 5}));
  CAF_CHECK(!one.is_behind());
}

CAF_TEST(one that is early waits for those before it) {
  CAF_CHECK_EQUAL(take({6, 5, 6}), numbers{});
  CAF_CHECK(one.is_behind());
  CAF_CHECK_EQUAL(take({4}), (numbers{4, 5, 6}));
  CAF_CHECK(!one.is_behind());
  CAF_CHECK_EQUAL(take({6, 7}), numbers{7});
}

CAF_TEST(what waits is bounded and what was dropped is missing) {
  numbers early;
  const auto most = static_cast<std::int64_t>(conversation::most_early);
  for (std::int64_t seq = 5; seq <= most + 10; ++seq)
    early.push_back(seq);
  take(early);
  CAF_CHECK_EQUAL(take({4}).back(), most + 4);
  CAF_CHECK(one.is_behind());
}

CAF_TEST(a message that is known to be stored is missing until it comes) {
  one.note_stored(4);
  CAF_CHECK(one.is_behind());
  take({4});
  CAF_CHECK(!one.is_behind());
}

CAF_TEST(what the store has lost is missing no longer and its number can come again) {
  take({6});
  one.give_up_missing();
  CAF_CHECK(!one.is_behind());
  CAF_CHECK_EQUAL(take({4, 5, 6}), (numbers{4, 5, 6}));
}

CAF_TEST(it is stuck as long as nothing is shown) {
  const conversation::clock::time_point start{100s};
  take({6});
  CAF_CHECK(one.stuck_since(start) == start);
  CAF_CHECK(one.stuck_since(start + 1s) == start);
  take({4});
  CAF_CHECK(one.stuck_since(start + 2s) == start + 2s);
}

CAF_TEST_FIXTURE_SCOPE_END()
