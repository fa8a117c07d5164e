#define CAF_SUITE durability
#include "test/contract/contract.hpp"

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace klatsch::contract;

namespace {

/// What the writer has been told to be stored.
struct acknowledgement {
  std::int64_t number;
  std::int64_t seq;
};

std::string cid_of(int round, std::int64_t number) {
  return "r" + std::to_string(round) + "-" + std::to_string(number);
}

/// In a process of its own: appends groups of changing size, and tells each acknowledgement, until
/// the store fails or somebody ends it.
[[noreturn]] void write_until_killed(store& open_store, int round, int pipe) {
  store_request activate = activate_room{"room"};
  auto activated = open_store.execute({&activate, 1});
  auto epoch = std::get<activated_room>(activated.front()).epoch;
  std::int64_t number = 0;
  for (std::size_t size = 1;; size = size % 17 + 1) {
    std::vector<store_request> group;
    for (std::size_t i = 0; i < size; ++i)
      group.push_back(message_of("room", epoch, "ann", cid_of(round, number + std::int64_t(i))));
    for (const auto& result : open_store.execute(group)) {
      auto stored = std::get_if<appended>(&result);
      if (!stored)
        ::_exit(0);
      acknowledgement told{number++, stored->seq};
      if (::write(pipe, &told, sizeof told) != sizeof told)
        ::_exit(1);
    }
  }
}

struct durability_fixture : fixture {
  durability_fixture() { get(create_room{"room", "Title", 1000}); }

  /// Starts a writer, calls `kill(pid)` after some acknowledgements, and returns all of them.
  template <class Kill>
  std::vector<acknowledgement> write_and_kill(int round, std::size_t after, Kill kill) {
    store_.reset();
    int ends[2];
    CAF_REQUIRE_EQUAL(::pipe(ends), 0);
    auto writer = ::fork();
    CAF_REQUIRE(writer >= 0);
    if (writer == 0) {
      ::close(ends[0]);
      try {
        write_until_killed(*backend_->open(), round, ends[1]);
      } catch (...) {
        ::_exit(2);
      }
    }
    ::close(ends[1]);
    std::vector<acknowledgement> told;
    acknowledgement next;
    while (::read(ends[0], &next, sizeof next) == sizeof next) {
      told.push_back(next);
      if (told.size() == after)
        kill(writer);
    }
    ::close(ends[0]);
    int status = 0;
    CAF_REQUIRE_EQUAL(::waitpid(writer, &status, 0), writer);
    CAF_REQUIRE(told.size() >= after);
    store_ = backend_->open();
    return told;
  }

  /// The log is dense, and has everything that was acknowledged under its number.
  void check_all_there(int round, const std::vector<acknowledgement>& told) {
    auto log = log_of("room");
    for (std::size_t i = 0; i < log.size(); ++i)
      if (log[i].seq != static_cast<std::int64_t>(i + 1))
        CAF_FAIL("the log has a gap at " << i + 1);
    for (const auto& [number, seq] : told)
      if (seq > static_cast<std::int64_t>(log.size()) ||
          log[static_cast<std::size_t>(seq - 1)].cid != cid_of(round, number))
        CAF_FAIL("message " << seq << " was acknowledged and is lost");
    auto epoch = get(activate_room{"room"}).epoch;
    auto again = say("room", epoch, "ann", cid_of(round, told.front().number));
    CAF_CHECK(again.duplicate);
    CAF_CHECK_EQUAL(again.seq, told.front().seq);
    CAF_CHECK_EQUAL(
        say("room", epoch, "bob", "after-" + std::to_string(round)).seq,
        static_cast<std::int64_t>(log.size() + 1));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(durability_of_a_store, durability_fixture)

CAF_TEST(what was acknowledged is there after a kill of the store in the middle of appending) {
  for (int round = 0; round < 4; ++round) {
    auto told =
        write_and_kill(round, 40 + 37 * static_cast<std::size_t>(round), [this](pid_t writer) {
          backend_->kill(writer);
        });
    check_all_there(round, told);
  }
}

CAF_TEST(what was acknowledged is there after a kill of the writer in the middle of appending) {
  for (int round = 0; round < 4; ++round) {
    auto told = write_and_kill(round, 50 + 31 * static_cast<std::size_t>(round), [](pid_t writer) {
      ::kill(writer, SIGKILL);
    });
    check_all_there(round, told);
  }
}

CAF_TEST(everything is there after a kill) {
  make_user("ann");
  make_user("bob");
  auto epoch = make_room("other");
  get(add_member{"other", epoch, "ann"});
  say("other", epoch, "ann", "c1");
  tell("ann", "bob", "c1");
  auto told = write_and_kill(0, 1, [this](pid_t writer) { backend_->kill(writer); });
  check_all_there(0, told);
  CAF_CHECK_EQUAL(get(find_session{"token-ann", 1000, 1000000}).id, "ann");
  CAF_CHECK_EQUAL(get(activate_room{"other"}).members.size(), 1u);
  CAF_CHECK_EQUAL(numbers(log_of("other")), "1");
  CAF_CHECK_EQUAL(get(load_user{"bob"}).waiting.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
