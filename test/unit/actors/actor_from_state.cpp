#define CAF_SUITE actor_from_state
#include "test/unit/suite.hpp"

#include "actors/actor_from_state.hpp"

using namespace klatsch;

namespace {

using adder = caf::typed_actor<caf::replies_to<std::int32_t>::with<std::int32_t>>;

/// With a table that all actors of the class share.
struct adding_state {
  using interface = adder;
  static constexpr const char* name = "test.adding";

  adding_state(interface::pointer, std::int32_t first) : sum(first) {}

  static interface::behavior_type shared_behavior() {
    ++tables;
    return {[](std::int32_t more) { return running_state<adding_state>::get().sum += more; }};
  }

  void start() { sum *= 10; }

  std::int32_t sum;
  static inline int tables = 0;
};

struct adders : test_coordinator_fixture<> {
  std::int32_t add(const adder& to, std::int32_t more) {
    auto answer = self->request(to, caf::infinite, more);
    run();
    std::int32_t sum = -1;
    answer.receive([&](std::int32_t found) { sum = found; }, [](const caf::error&) {});
    return sum;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(states_as_actors, adders)

CAF_TEST(actors that share a table have states of their own) {
  auto one = spawn_state<adding_state>(sys, 1);
  auto other = spawn_state<adding_state>(sys, 2);
  CAF_CHECK_EQUAL(add(one, 3), 13);
  CAF_CHECK_EQUAL(add(other, 5), 25);
  CAF_CHECK_EQUAL(add(one, 4), 17);
  CAF_CHECK_EQUAL(add(other, 0), 25);
  CAF_CHECK_EQUAL(adding_state::tables, 1);
  caf::anon_send_exit(one, caf::exit_reason::kill);
  run();
  CAF_CHECK_EQUAL(add(other, 1), 26);
  CAF_CHECK_EQUAL(add(spawn_state<adding_state>(sys, 3), 1), 31);
}

CAF_TEST(a turn within a turn gives the state back) {
  int outer = 1, inner = 2;
  const running_state<int> turn{outer};
  {
    const running_state<int> within{inner};
    CAF_CHECK_EQUAL(&running_state<int>::get(), &inner);
  }
  CAF_CHECK_EQUAL(&running_state<int>::get(), &outer);
}

CAF_TEST_FIXTURE_SCOPE_END()
