#define CAF_SUITE outbox
#include "test/unit/suite.hpp"

#include <optional>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>

#include "net/outbox.hpp"
#include "test/unit/net/loop_fixture.hpp"

using namespace klatsch;
using namespace klatsch::net;
using namespace std::literals;

namespace {

/// An outbox on a real connection, whose other end is read by the test.
struct fixture : loop_fixture {
  struct owner : outbox_owner {
    int overflows = 0;
    int empties = 0;
    int failures = 0;
    void on_outbox_overflow() override { ++overflows; }
    void on_outbox_empty() override { ++empties; }
    void on_outbox_failed() override { ++failures; }
    void on_readable() override {}
  };

  std::unique_ptr<owner> observer = std::make_unique<owner>();
  asio::io_context client_io;
  asio::ip::tcp::socket client{client_io};
  std::optional<outbox> box;

  /// Small buffers of the kernel can be filled.
  explicit fixture(outbox_limits limits = {1000, 100}, bool small_buffers = true)
      : loop_fixture(limits) {
    asio::ip::tcp::acceptor acceptor{client_io, {asio::ip::address_v4::loopback(), 0}};
    client.open(asio::ip::tcp::v4());
    if (small_buffers) {
      acceptor.set_option(asio::socket_base::send_buffer_size{4096});
      client.set_option(asio::socket_base::receive_buffer_size{4096});
    }
    client.connect(acceptor.local_endpoint());
    auto accepted = acceptor.accept();
    on_loop([&] { box.emplace(*loop, accepted.release(), *observer); });
  }

  ~fixture() {
    on_loop([this] { box.reset(); });
  }

  static wire_bytes bytes(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  }

  std::string receive(std::size_t size) {
    std::string text(size, ' ');
    boost::system::error_code error;
    asio::read(client, asio::buffer(text), error);
    return text;
  }

  /// Lets the loop's turn end, so that the outbox is written.
  void end_turn() {
    on_loop([] {});
    on_loop([] {});
  }
};

struct roomy_fixture : fixture {
  roomy_fixture() : fixture({8 * 1024 * 1024, 4096}) {}
};

struct fast_fixture : fixture {
  fast_fixture() : fixture({8 * 1024 * 1024, 4096}, false) {}
};

/// A frame that the kernel does not take at once, and the bound not far above it.
constexpr std::size_t large = 4 * 1024 * 1024;

struct large_fixture : fixture {
  large_fixture() : fixture({large + 100, 100}) {}
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(outbox_tests, fixture)

CAF_TEST(what is pushed in one turn goes out in order) {
  on_loop([&] {
    box->push(bytes("one "));
    box->push(bytes("two "));
    box->push(bytes("three"));
    CAF_CHECK_EQUAL(box->frames(), 3u);
    CAF_CHECK_EQUAL(box->bytes(), 13u);
  });
  CAF_CHECK_EQUAL(receive(13), "one two three");
  end_turn();
  on_loop([&] {
    CAF_CHECK(box->empty());
    CAF_CHECK_EQUAL(box->bytes(), 0u);
    CAF_CHECK_EQUAL(observer->empties, 1);
  });
  CAF_CHECK_EQUAL(counters.outbox_bytes.Value(), 0.0);
}

CAF_TEST(over the bound of bytes what has not begun is dropped) {
  on_loop([&] {
    box->push(bytes(std::string(600, 'a')));
    box->push(bytes(std::string(400, 'b')));
    CAF_CHECK_EQUAL(observer->overflows, 0);
    box->push(bytes("c"));
    CAF_CHECK_EQUAL(observer->overflows, 1);
    CAF_CHECK(box->empty());
    box->push(bytes("end"));
    box->seal();
    box->push(bytes("too late"));
    CAF_CHECK_EQUAL(box->frames(), 1u);
  });
  CAF_CHECK_EQUAL(receive(3), "end");
}

CAF_TEST(the number of frames is bounded too) {
  on_loop([&] {
    for (int i = 0; i != 101; ++i)
      box->push(bytes("x"));
    CAF_CHECK_EQUAL(observer->overflows, 1);
  });
}

CAF_TEST(a connection that is gone is reported once) {
  client.set_option(asio::socket_base::linger{true, 0});
  client.close();
  for (int i = 0; i != 3; ++i) {
    on_loop([&] { box->push(bytes("x")); });
    end_turn();
  }
  on_loop([&] {
    CAF_CHECK_EQUAL(observer->failures, 1);
    CAF_CHECK_EQUAL(box->bytes(), 0u);
  });
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(roomy_outbox_tests, roomy_fixture)

CAF_TEST(more frames than one write takes arrive whole) {
  std::string expected;
  on_loop([&] {
    for (int i = 0; i != 1000; ++i) {
      box->push(bytes(std::to_string(i) + ","));
      expected += std::to_string(i) + ",";
    }
  });
  CAF_CHECK_EQUAL(receive(expected.size()), expected);
}

CAF_TEST(a receiver that takes its time gets everything in order) {
  std::string expected;
  on_loop([&] {
    for (int i = 0; i != 500; ++i) {
      const std::string frame(1000 + i, static_cast<char>('a' + i % 26));
      box->push(bytes(frame));
      expected += frame;
    }
  });
  end_turn();
  on_loop([&] { CAF_CHECK(box->bytes() > 0); });
  CAF_CHECK(counters.outbox_bytes.Value() > 0);
  CAF_CHECK(receive(expected.size()) == expected);
  end_turn();
  on_loop([&] { CAF_CHECK(box->empty()); });
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(large_outbox_tests, large_fixture)

CAF_TEST(a frame that has begun to go out is finished after an overflow) {
  on_loop([&] { box->push(bytes(std::string(large, 'a'))); });
  end_turn();
  on_loop([&] {
    CAF_CHECK(box->bytes() > 0);
    CAF_CHECK(box->bytes() < large);
    box->push(bytes(std::string(50, 'b')));
    box->push(bytes(std::string(large, 'c')));
    CAF_CHECK_EQUAL(observer->overflows, 1);
    CAF_CHECK_EQUAL(box->frames(), 1u);
    box->push(bytes("end"));
  });
  CAF_CHECK(receive(large) == std::string(large, 'a'));
  CAF_CHECK_EQUAL(receive(3), "end");
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(fast_outbox_tests, fast_fixture)

CAF_TEST(an actor with much to push fills no outbox that could be written) {
  constexpr int frames = 20000;
  int pushed = 0;
  std::vector actors{spawn_doer([&] {
    box->push(bytes("x"));
    ++pushed;
  })};
  for (int i = 0; i < 200; ++i)
    actors.push_back(spawn_doer([] {}));
  end_turn();
  on_loop([&] {
    for (int i = 0; i < frames; ++i)
      caf::anon_send(actors.front(), act_once::value);
    for (std::size_t i = 1; i < actors.size(); ++i)
      caf::anon_send(actors[i], act_once::value);
  });
  CAF_REQUIRE(within(20s, [&] { return on_loop([&] { return pushed; }) == frames; }));
  CAF_REQUIRE_EQUAL(observer->overflows, 0);
  CAF_CHECK_EQUAL(receive(frames), std::string(frames, 'x'));
  end_all(actors);
}

CAF_TEST_FIXTURE_SCOPE_END()
