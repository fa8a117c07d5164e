#define CAF_SUITE delivery_checks
#include "test/unit/suite.hpp"

#include "bench/generator/delivery_checker.hpp"

using namespace klatsch::bench;

namespace {

/// What the checker says of these numbers from one sender, who sent so many.
std::string verdict(const std::vector<std::uint32_t>& numbers, std::uint32_t sent) {
  delivery_checker checker;
  for (auto number : numbers)
    checker.arrived(0, number);
  return describe(checker.found({sent}));
}

} // namespace

CAF_TEST(every message once and in order is no fault) {
  CAF_CHECK_EQUAL(verdict({0, 1, 2, 3}, 4), "");
  CAF_CHECK_EQUAL(verdict({}, 0), "");
}

CAF_TEST(a message that never came is lost wherever it stood) {
  CAF_CHECK_EQUAL(verdict({1, 2, 3}, 4), "1 lost");
  CAF_CHECK_EQUAL(verdict({0, 3}, 4), "2 lost");
  CAF_CHECK_EQUAL(verdict({0, 1, 2}, 4), "1 lost");
  CAF_CHECK_EQUAL(verdict({}, 4), "4 lost");
}

CAF_TEST(a message that came twice is doubled wherever the second one stood) {
  CAF_CHECK_EQUAL(verdict({0, 1, 1, 2}, 3), "1 doubled");
  CAF_CHECK_EQUAL(verdict({0, 1, 2, 0, 0}, 3), "2 doubled");
}

CAF_TEST(a message that was overtaken is reordered and not lost) {
  CAF_CHECK_EQUAL(verdict({0, 2, 1, 3}, 4), "1 reordered");
  CAF_CHECK_EQUAL(verdict({3, 0, 1, 2}, 4), "3 reordered");
}

CAF_TEST(an overtaken message that comes once more is doubled as well) {
  CAF_CHECK_EQUAL(verdict({1, 0, 0}, 2), "1 doubled, 1 reordered");
}

CAF_TEST(a lost and a doubled message do not make up for each other) {
  CAF_CHECK_EQUAL(verdict({0, 0, 2}, 3), "1 lost, 1 doubled");
}

CAF_TEST(what nobody sent is foreign) {
  CAF_CHECK_EQUAL(verdict({0, 1, 2}, 2), "1 foreign");
  CAF_CHECK_EQUAL(verdict({4000000000u}, 0), "1 foreign");
  delivery_checker checker{2};
  checker.arrived(2, 0);
  CAF_CHECK_EQUAL(describe(checker.found({0, 0})), "1 foreign");
}

CAF_TEST(senders are told apart) {
  delivery_checker checker{2};
  checker.arrived(0, 0);
  checker.arrived(1, 0);
  checker.arrived(1, 1);
  CAF_CHECK_EQUAL(describe(checker.found({1, 2})), "");
  CAF_CHECK_EQUAL(describe(checker.found({2, 2})), "1 lost");
}

CAF_TEST(two members who saw two senders in different orders are told apart) {
  delivery_checker ann{2};
  delivery_checker bob{2};
  ann.arrived(0, 0);
  ann.arrived(1, 0);
  bob.arrived(1, 0);
  CAF_CHECK_NOT_EQUAL(ann.order(), bob.order());
  bob = delivery_checker{2};
  bob.arrived(0, 0);
  bob.arrived(1, 0);
  CAF_CHECK_EQUAL(ann.order(), bob.order());
}
