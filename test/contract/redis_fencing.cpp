#define CAF_SUITE redis_fencing
#include "test/contract/contract.hpp"

#include <map>
#include <set>
#include <thread>

#include "test/contract/captured_log.hpp"
#include "test/contract/redis_backend.hpp"

using namespace klatsch::contract;

namespace {

/// A node that believes that it owns the room: a store of its own on the same Redis.
class owner {
 public:
  explicit owner(const redis_options& options) : store_(make_redis_store(options)) {}

  void activate() {
    auto result = ask(activate_room{"room"});
    epoch_ = std::get<activated_room>(result).epoch;
  }

  store_result say(const std::string& cid) { return ask(message_of("room", epoch_, "ann", cid)); }
  std::string add(const std::string& user) {
    return fixture::error_in(ask(add_member{"room", epoch_, user}));
  }
  std::string remove(const std::string& user) {
    return fixture::error_in(ask(remove_member{"room", epoch_, user}));
  }
  std::vector<store_result> execute(const std::vector<store_request>& group) {
    return store_->execute(group);
  }
  std::int64_t epoch() const { return epoch_; }

 private:
  store_result ask(store_request request) { return store_->execute({&request, 1}).front(); }

  std::unique_ptr<store> store_;
  std::int64_t epoch_ = 0;
};

struct fencing_fixture : fixture {
  fencing_fixture() : older(options()), younger(options()) {
    make_user("ann");
    make_user("bob");
    get(create_room{"room", "Title", 1000});
    older.activate();
    CAF_CHECK_EQUAL(older.add("ann"), "none");
    as<appended>(older.say("c1"));
    younger.activate();
  }

  redis_options options() { return static_cast<redis_backend&>(*backend_).options(); }

  std::string members() {
    std::string text;
    for (const auto& member : get(activate_room{"room"}).members)
      text += (text.empty() ? "" : " ") + member.id;
    return text;
  }

  owner older;
  owner younger;
};

/// Takes the room again and again, and says what nobody else says until somebody else has taken it;
/// what was acknowledged, by its cid.
std::map<std::string, std::int64_t>
fight(const redis_options& options, const std::string& name, int rounds) {
  std::map<std::string, std::int64_t> acknowledged;
  owner self(options);
  for (int round = 0; round < rounds; ++round) {
    self.activate();
    for (int i = 0; i < 20; ++i) {
      std::vector<store_request> group;
      for (int k = 0; k < 5; ++k) {
        auto cid = name + "-" + std::to_string(round) + "-" + std::to_string(i * 5 + k);
        group.push_back(message_of("room", self.epoch(), name, cid));
      }
      bool fenced = false;
      auto results = self.execute(group);
      for (std::size_t k = 0; k < group.size(); ++k) {
        if (auto stored = std::get_if<appended>(&results[k]))
          acknowledged[std::get<append_message>(group[k]).cid] = stored->seq;
        else
          fenced = true;
      }
      if (fenced)
        break;
    }
  }
  return acknowledged;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(fencing_in_redis, fencing_fixture)

CAF_TEST(of two owners of a room only the younger can change anything) {
  CAF_CHECK_EQUAL(error_in(older.say("c2")), "fenced");
  CAF_CHECK_EQUAL(error_in(older.say("c1")), "fenced");
  CAF_CHECK_EQUAL(older.add("bob"), "fenced");
  CAF_CHECK_EQUAL(older.remove("ann"), "fenced");
  CAF_CHECK(as<appended>(younger.say("c1")) == (appended{1, 5000, true}));
  CAF_CHECK_EQUAL(as<appended>(younger.say("c2")).seq, 2);
  CAF_CHECK_EQUAL(younger.add("bob"), "none");
  CAF_CHECK_EQUAL(younger.remove("ann"), "none");
  CAF_CHECK_EQUAL(numbers(log_of("room")), "1 2");
  CAF_CHECK_EQUAL(members(), "bob");
}

CAF_TEST(a group of the older owner is refused from the takeover on) {
  std::vector<store_request> group{
      message_of("room", younger.epoch(), "ann", "c2"), activate_room{"room"},
      message_of("room", younger.epoch(), "ann", "c3"), add_member{"room", younger.epoch(), "bob"}};
  auto results = younger.execute(group);
  CAF_CHECK_EQUAL(as<appended>(results[0]).seq, 2);
  CAF_CHECK_EQUAL(as<activated_room>(results[1]).previous_epoch, younger.epoch());
  CAF_CHECK_EQUAL(error_in(results[2]), "fenced");
  CAF_CHECK_EQUAL(error_in(results[3]), "fenced");
  CAF_CHECK_EQUAL(numbers(log_of("room")), "1 2");
}

CAF_TEST(owners who fight for a room leave no gap and no double) {
  std::map<std::string, std::int64_t> one, other;
  std::thread elsewhere([&] { other = fight(options(), "bob", 60); });
  one = fight(options(), "eve", 60);
  elsewhere.join();
  CAF_CHECK(!one.empty());
  CAF_CHECK(!other.empty());
  auto acknowledged = one;
  acknowledged.insert(other.begin(), other.end());
  auto log = log_of("room");
  // What was acknowledged and the first message: nothing else was stored, since nobody was cut off.
  CAF_CHECK_EQUAL(log.size(), acknowledged.size() + 1);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log[i].seq != static_cast<std::int64_t>(i + 1))
      CAF_FAIL("the log has a gap at " << i + 1);
    auto cid = log[i].cid.value_or("");
    if (!seen.insert(cid).second)
      CAF_FAIL("the log has " << cid << " twice");
    if (i > 0 && acknowledged[cid] != log[i].seq)
      CAF_FAIL(cid << " was acknowledged under another number");
  }
}

CAF_TEST(without fencing an older owner doubles what the younger has stored) {
  captured_log lines;
  auto unfenced = options();
  unfenced.fencing = false;
  owner first(unfenced), second(unfenced);
  CAF_CHECK_EQUAL(lines.count("fencing is switched off"), 2u);
  first.activate();
  second.activate();
  CAF_CHECK_EQUAL(as<appended>(second.say("c2")).seq, 2);
  CAF_CHECK(as<appended>(second.say("c2")).duplicate);
  CAF_CHECK(as<appended>(first.say("c2")) == (appended{3, 5000, false}));
  const auto together = first.execute(
      {message_of("room", first.epoch(), "ann", "c2"),
       message_of("room", first.epoch(), "ann", "c3")});
  CAF_CHECK(as<appended>(together[0]) == (appended{4, 5000, false}));
  CAF_CHECK(as<appended>(together[1]) == (appended{5, 5000, false}));
  CAF_CHECK_EQUAL(first.add("bob"), "none");
  CAF_CHECK_EQUAL(first.remove("ann"), "none");
  CAF_CHECK_EQUAL(numbers(log_of("room")), "1 2 3 4 5");
  CAF_CHECK_EQUAL(members(), "bob");
}

CAF_TEST_FIXTURE_SCOPE_END()
