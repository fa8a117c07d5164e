#define CAF_SUITE inline_execution
#include "test/unit/suite.hpp"

#include <functional>
#include <string>
#include <vector>

#include <caf/resumable.hpp>
#include <caf/test/dsl.hpp>

#include "actors/inline_execution.hpp"

using namespace klatsch;
using strings = std::vector<std::string>;

namespace {

/// Stands for an actor: what it does when it has its turn is the test's.
struct job final : caf::resumable {
  std::function<void()> work;
  int references = 1;
  bool has_more = false;

  resume_result resume(caf::execution_unit*, std::size_t) override {
    work();
    return std::exchange(has_more, false) ? resume_later : awaiting_message;
  }
  void intrusive_ptr_add_ref_impl() override { ++references; }
  void intrusive_ptr_release_impl() override { --references; }
};

struct fixture : test_coordinator_fixture<> {
  inline_execution unit{&sys, inline_execution::of_event_loop};
  strings ran;

  /// Who is woken is held by who has it in a queue.
  void wake(job& woken) {
    woken.intrusive_ptr_add_ref_impl();
    unit.exec_later(&woken);
  }

  void works(job& who, const std::string& name, std::vector<job*> wakes = {}) {
    who.work = [=, this] {
      ran.push_back(name);
      for (auto* each : wakes)
        wake(*each);
    };
  }

  /// What is left to the scheduler.
  std::vector<caf::resumable*> left() {
    std::vector<caf::resumable*> all{sched.jobs.begin(), sched.jobs.end()};
    sched.jobs.clear();
    return all;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(inline_execution_tests, fixture)

CAF_TEST(the first that are woken run here in their order and others elsewhere) {
  job one, two, three;
  works(one, "one");
  works(two, "two");
  works(three, "three");
  unit.run_what_wakes([&] {
    wake(one);
    wake(two);
    wake(three);
    ran.push_back("who wakes");
  });
  CAF_CHECK_EQUAL(ran, (strings{"who wakes", "one", "two"}));
  CAF_CHECK(left() == std::vector<caf::resumable*>{&three});
  CAF_CHECK_EQUAL(one.references, 1);
  CAF_CHECK_EQUAL(two.references, 1);
  CAF_CHECK_EQUAL(three.references, 2);
}

CAF_TEST(what they wake runs after them) {
  job one, two, three;
  works(one, "one", {&three});
  works(two, "two");
  works(three, "three");
  unit.run_what_wakes([&] {
    wake(one);
    wake(two);
  });
  CAF_CHECK_EQUAL(ran, (strings{"one", "two", "three"}));
  CAF_CHECK(left().empty());
}

CAF_TEST(two that wake each other do not keep the thread) {
  job one, two;
  works(one, "one", {&two});
  works(two, "two", {&one});
  unit.run_what_wakes([&] { wake(one); });
  CAF_CHECK_EQUAL(ran.size(), 8u);
  CAF_CHECK(left() == std::vector<caf::resumable*>{&one});
}

CAF_TEST(who has more to do goes on elsewhere) {
  job one;
  works(one, "one");
  one.has_more = true;
  unit.run_what_wakes([&] { wake(one); });
  CAF_CHECK_EQUAL(ran, strings{"one"});
  CAF_CHECK(left() == std::vector<caf::resumable*>{&one});
}

CAF_TEST(where nothing runs all are woken elsewhere) {
  job one;
  works(one, "one");
  wake(one);
  CAF_CHECK(ran.empty());
  CAF_CHECK(left() == std::vector<caf::resumable*>{&one});
}

CAF_TEST_FIXTURE_SCOPE_END()
