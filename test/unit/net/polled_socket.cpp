#define CAF_SUITE polled_socket
#include "test/unit/suite.hpp"

#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>

#include "net/polled_socket.hpp"
#include "test/unit/net/loop_fixture.hpp"

using namespace klatsch::net;
using namespace std::literals;

namespace {

struct socket_of_test final : polled_socket {
  socket_of_test(socket_poller& its_poller, int descriptor)
      : polled_socket(its_poller, descriptor), poller_(its_poller) {}

  using polled_socket::wait_writable;

  int told_writable = 0;
  int told_readable = 0;

 private:
  socket_poller& poller() const override { return poller_; }
  void on_writable() override { ++told_writable; }
  void on_readable() override { ++told_readable; }

  socket_poller& poller_;
};

/// Sockets of a real loop, whose other ends are the test's.
struct fixture : loop_fixture {
  struct end {
    boost::system::error_code error;
    std::string text;
  };

  std::deque<socket_of_test> sockets;
  std::vector<int> others;
  /// Of each socket, the reads that have ended.
  std::vector<std::vector<end>> ends;
  std::vector<std::array<char, 8>> memory;

  ~fixture() {
    on_loop([this] {
      for (auto& each : sockets)
        each.close();
    });
    for (int each : others)
      if (each >= 0)
        ::close(each);
    on_loop([this] { sockets.clear(); });
  }

  void connect(std::size_t count, bool by_tcp = false) {
    ends.resize(count);
    memory.resize(count);
    for (std::size_t i = 0; i != count; ++i) {
      std::array<int, 2> pair{};
      if (by_tcp)
        pair = tcp_pair();
      else
        CAF_REQUIRE_EQUAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
      others.push_back(pair[1]);
      on_loop([&] { sockets.emplace_back(loop->poller(), pair[0]); });
    }
  }

  static std::array<int, 2> tcp_pair() {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor acceptor{io, {boost::asio::ip::address_v4::loopback(), 0}};
    boost::asio::ip::tcp::socket near{io};
    near.connect(acceptor.local_endpoint());
    auto far = acceptor.accept();
    far.non_blocking(true);
    return {near.release(), far.release()};
  }

  void send_from(std::size_t i, const std::string& text) {
    CAF_REQUIRE_EQUAL(
        ::send(others[i], text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

  /// One read; on the loop.
  void read(std::size_t i, std::function<void()> then = {}) {
    sockets[i].async_read_some(
        boost::asio::buffer(memory[i]),
        [this, i,
         then = std::move(then)](const boost::system::error_code& error, std::size_t size) {
          ends[i].push_back({error, {memory[i].data(), size}});
          if (then)
            then();
        });
  }

  void begin_read(std::size_t i) {
    on_loop([this, i] { read(i); });
  }

  std::size_t count_ends() {
    return on_loop([this] {
      std::size_t count = 0;
      for (auto& each : ends)
        count += each.size();
      return count;
    });
  }

  bool ended(std::size_t count) {
    return within(10s, [&] { return count_ends() >= count; });
  }

  /// Two passes of the loop.
  void settle() {
    on_loop([] {});
    on_loop([] {});
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(polled_socket_tests, fixture)

CAF_TEST(a read gets what comes after it) {
  connect(1);
  begin_read(0);
  settle();
  CAF_CHECK_EQUAL(count_ends(), 0u);
  send_from(0, "one");
  CAF_REQUIRE(ended(1));
  CAF_CHECK_EQUAL(ends[0][0].text, "one");
}

CAF_TEST(a read gets what has come before it) {
  connect(1);
  send_from(0, "one");
  settle();
  begin_read(0);
  CAF_REQUIRE(ended(1));
  CAF_CHECK_EQUAL(ends[0][0].text, "one");
  send_from(0, "two");
  settle();
  begin_read(0);
  CAF_REQUIRE(ended(2));
  CAF_CHECK_EQUAL(ends[0][1].text, "two");
}

CAF_TEST(more than a read takes is there for the next ones) {
  connect(1);
  send_from(0, "0123456789012345");
  for (std::size_t i = 1; i <= 2; ++i) {
    begin_read(0);
    CAF_REQUIRE(ended(i));
  }
  CAF_CHECK_EQUAL(ends[0][0].text + ends[0][1].text, "0123456789012345");
  // A read of exactly the rest leaves nothing, which the next one has to find out.
  begin_read(0);
  settle();
  CAF_CHECK_EQUAL(count_ends(), 2u);
  send_from(0, "more");
  CAF_REQUIRE(ended(3));
  CAF_CHECK_EQUAL(ends[0][2].text, "more");
}

CAF_TEST(the end of the stream comes after what was sent before it) {
  connect(1);
  send_from(0, "bye");
  ::close(std::exchange(others[0], -1));
  for (std::size_t i = 1; i <= 3; ++i) {
    begin_read(0);
    CAF_REQUIRE(ended(i));
  }
  CAF_CHECK_EQUAL(ends[0][0].text, "bye");
  CAF_CHECK(ends[0][1].error == boost::asio::error::eof);
  CAF_CHECK(ends[0][2].error == boost::asio::error::eof);
}

CAF_TEST(the end of the stream ends a read that waits) {
  connect(1);
  begin_read(0);
  settle();
  ::shutdown(others[0], SHUT_WR);
  CAF_REQUIRE(ended(1));
  CAF_CHECK(ends[0][0].error == boost::asio::error::eof);
}

CAF_TEST(a read that nothing has come for can be forgotten) {
  connect(1);
  begin_read(0);
  settle();
  CAF_CHECK(on_loop([&] { return sockets[0].forget_read(); }));
  CAF_CHECK(!on_loop([&] { return sockets[0].forget_read(); }));
  CAF_CHECK_EQUAL(on_loop([&] { return sockets[0].told_readable; }), 0);
  send_from(0, "one");
  CAF_CHECK(within(10s, [&] { return on_loop([&] { return sockets[0].told_readable; }) == 1; }));
  begin_read(0);
  CAF_REQUIRE(ended(1));
  CAF_CHECK_EQUAL(ends[0][0].text, "one");
}

CAF_TEST(a read that something has come for is not forgotten) {
  connect(1);
  send_from(0, "one");
  settle();
  CAF_CHECK(!on_loop([&] {
    read(0);
    return sockets[0].forget_read();
  }));
  CAF_REQUIRE(ended(1));
  CAF_CHECK_EQUAL(ends[0][0].text, "one");
}

CAF_TEST(the end of the stream is told of where nothing reads) {
  connect(1);
  settle();
  ::close(std::exchange(others[0], -1));
  CAF_CHECK(within(10s, [&] { return on_loop([&] { return sockets[0].told_readable; }) > 0; }));
}

CAF_TEST(a socket that is closed ends its read and can not be read) {
  connect(1);
  begin_read(0);
  on_loop([&] {
    sockets[0].close();
    CAF_CHECK(ends[0].empty());
  });
  CAF_REQUIRE(ended(1));
  CAF_CHECK(ends[0][0].error == boost::asio::error::operation_aborted);
  begin_read(0);
  CAF_REQUIRE(ended(2));
  CAF_CHECK(ends[0][1].error == boost::asio::error::operation_aborted);
}

CAF_TEST(what stands behind an urgent byte is read too) {
  connect(1, true);
  send_from(0, "one");
  CAF_REQUIRE_EQUAL(::send(others[0], "!", 1, MSG_OOB), 1);
  send_from(0, "two");
  begin_read(0);
  CAF_REQUIRE(ended(1));
  begin_read(0);
  CAF_REQUIRE(ended(2));
  CAF_CHECK_EQUAL(ends[0][0].text + ends[0][1].text, "onetwo");
}

CAF_TEST(a read into nothing ends with nothing) {
  connect(1);
  send_from(0, "one");
  std::optional<std::size_t> got;
  on_loop([&] {
    sockets[0].async_read_some(
        boost::asio::mutable_buffer{},
        [&](const boost::system::error_code& error, std::size_t size) {
          CAF_CHECK(!error);
          got = size;
        });
  });
  CAF_REQUIRE(within(10s, [&] { return on_loop([&] { return got.has_value(); }); }));
  CAF_CHECK_EQUAL(*got, 0u);
  begin_read(0);
  CAF_REQUIRE(ended(1));
  CAF_CHECK_EQUAL(ends[0][0].text, "one");
}

CAF_TEST(many sockets that have something at the same time get their own) {
  constexpr std::size_t count = 300;
  connect(count);
  for (std::size_t i = 0; i != count; ++i)
    begin_read(i);
  on_loop([&] {
    for (std::size_t i = 0; i != count; ++i)
      send_from(i, std::to_string(i));
  });
  CAF_REQUIRE(ended(count));
  for (std::size_t i = 0; i != count; ++i)
    CAF_REQUIRE_EQUAL(ends[i].at(0).text, std::to_string(i));
}

CAF_TEST(a handler may close sockets that were read in the same batch) {
  connect(3);
  on_loop([&] {
    read(0, [&] { sockets[1].close(); });
    read(1);
    read(2);
    for (std::size_t i = 0; i != 3; ++i)
      send_from(i, "x");
  });
  CAF_REQUIRE(ended(3));
  CAF_CHECK_EQUAL(ends[0][0].text, "x");
  CAF_CHECK(ends[1][0].error == boost::asio::error::operation_aborted);
  CAF_CHECK_EQUAL(ends[2][0].text, "x");
}

CAF_TEST(who waits to write is told once when the other side has read) {
  connect(1);
  const std::string much(1 << 20, 'x');
  on_loop([&] {
    while (::send(sockets[0].native_handle(), much.data(), much.size(), MSG_DONTWAIT) > 0) {
    }
    sockets[0].wait_writable();
  });
  settle();
  on_loop([&] { CAF_CHECK_EQUAL(sockets[0].told_writable, 0); });
  std::string into(1 << 20, ' ');
  while (::recv(others[0], into.data(), into.size(), 0) > 0) {
  }
  CAF_CHECK(within(10s, [&] { return on_loop([&] { return sockets[0].told_writable; }) == 1; }));
  send_from(0, "x");
  settle();
  on_loop([&] { CAF_CHECK_EQUAL(sockets[0].told_writable, 1); });
}

CAF_TEST_FIXTURE_SCOPE_END()
