#define CAF_SUITE socket_batch
#include "test/unit/suite.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <liburing.h>

#include "net/socket_batch.hpp"

using namespace klatsch::net;

namespace {

constexpr auto send_to = socket_batch::action::send;
constexpr auto receive_from = socket_batch::action::receive;

/// Two connected sockets; nobody waits for them.
struct connection {
  std::array<int, 2> ends{};

  connection() {
    CAF_REQUIRE_EQUAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  }
  ~connection() {
    for (int end : ends)
      if (end >= 0)
        ::close(end);
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  int near() const { return ends[0]; }
  int far() const { return ends[1]; }
  void close_far() { ::close(std::exchange(ends[1], -1)); }

  /// What has come to the far end, which is short.
  std::string read_far() const {
    std::string text(1000, ' ');
    const auto size = ::recv(far(), text.data(), text.size(), 0);
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  }
};

/// What the parts are of has to outlive the batch.
void add(socket_batch& batch, int socket, const std::vector<std::string_view>& parts) {
  batch.add_socket(socket, send_to);
  for (auto& part : parts)
    batch.add_part(part.data(), part.size());
}

std::vector<int> results_of(socket_batch& batch) {
  const auto results = batch.execute();
  return {results.begin(), results.end()};
}

/// On a thread of its own, since the end of a ring may interrupt what the thread that made it does
/// later, in other suites.
template <class Test>
void with_batch(Test test) {
  std::thread{[&] {
    socket_batch batch;
    test(batch);
  }}.join();
}

bool kernel_permits_io_uring() {
  io_uring ring;
  if (io_uring_queue_init(1, &ring, 0) < 0)
    return false;
  io_uring_queue_exit(&ring);
  return true;
}

/// Does the same with io_uring, where the kernel permits it, and without.
template <class Test>
void in_both_ways(Test test) {
  for (bool with_io_uring : {true, false})
    with_batch([&](socket_batch& batch) {
      const bool expected = with_io_uring && kernel_permits_io_uring();
      if (with_io_uring)
        batch.open_ring();
      test(batch);
      CAF_CHECK_EQUAL(batch.uses_io_uring(), expected);
    });
}

/// Those that this process has open.
void close_rings() {
  std::vector<int> rings;
  for (auto& each : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    if (std::filesystem::read_symlink(each, gone).string().find("io_uring") != std::string::npos)
      rings.push_back(std::stoi(each.path().filename()));
  }
  for (int each : rings)
    ::close(each);
}

/// From now on io_uring is refused to this thread, as the profiles of containers do it.
void forbid_io_uring() {
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{std::size(steps), steps};
  CAF_REQUIRE_EQUAL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  CAF_REQUIRE_EQUAL(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

} // namespace

CAF_TEST(each socket gets its own parts in their order) {
  in_both_ways([](socket_batch& batch) {
    std::array<connection, 3> connections;
    const std::vector<std::vector<std::string_view>> parts{{"a"}, {"b", "", "cd"}, {"efg", "h"}};
    for (std::size_t i = 0; i != 3; ++i)
      add(batch, connections[i].near(), parts[i]);
    CAF_CHECK_EQUAL(results_of(batch), (std::vector{1, 3, 4}));
    CAF_CHECK(batch.empty());
    CAF_CHECK_EQUAL(connections[0].read_far(), "a");
    CAF_CHECK_EQUAL(connections[1].read_far(), "bcd");
    CAF_CHECK_EQUAL(connections[2].read_far(), "efgh");
  });
}

CAF_TEST(a batch is used again and again and takes as many sockets as it says) {
  in_both_ways([](socket_batch& batch) {
    const std::vector<connection> connections(socket_batch::most_sockets);
    std::vector<std::string> received(connections.size());
    std::string sent;
    for (int round = 0; round != 20; ++round) {
      const auto text = std::to_string(round);
      sent += text;
      for (auto& each : connections)
        add(batch, each.near(), {text});
      CAF_CHECK(batch.full());
      CAF_CHECK(
          results_of(batch) == std::vector<int>(connections.size(), static_cast<int>(text.size())));
      for (std::size_t i = 0; i != connections.size(); ++i)
        received[i] += connections[i].read_far();
    }
    CAF_CHECK(received == std::vector<std::string>(connections.size(), sent));
  });
}

CAF_TEST(sockets with many parts fill a batch before there are too many of them) {
  in_both_ways([](socket_batch& batch) {
    const std::vector<connection> connections(socket_batch::most_sockets);
    const std::vector<std::string_view> parts(socket_batch::most_parts, "x");
    std::size_t added = 0;
    for (; !batch.full(); ++added)
      add(batch, connections.at(added).near(), parts);
    CAF_CHECK(added > 1);
    CAF_CHECK(results_of(batch) == std::vector<int>(added, socket_batch::most_parts));
  });
}

CAF_TEST(what a socket does not take is not waited for and the others go on) {
  in_both_ways([](socket_batch& batch) {
    std::array<connection, 3> connections;
    const std::string large(8 << 20, 'x');
    add(batch, connections[0].near(), {large});
    add(batch, connections[1].near(), {"b"});
    const auto first = results_of(batch);
    CAF_CHECK(first[0] > 0);
    CAF_CHECK(first[0] < static_cast<int>(large.size()));
    CAF_CHECK_EQUAL(first[1], 1);
    add(batch, connections[0].near(), {large});
    add(batch, connections[2].near(), {"c"});
    CAF_CHECK_EQUAL(results_of(batch), (std::vector{-EAGAIN, 1}));
  });
}

CAF_TEST(a connection that is gone is an error of its own and no signal) {
  in_both_ways([](socket_batch& batch) {
    std::array<connection, 2> connections;
    connections[0].close_far();
    add(batch, connections[0].near(), {"a", "b"});
    add(batch, connections[1].near(), {"c"});
    CAF_CHECK_EQUAL(results_of(batch), (std::vector{-EPIPE, 1}));
    add(batch, connections[0].near(), {"alone"});
    CAF_CHECK_EQUAL(results_of(batch), (std::vector{-EPIPE}));
  });
}

CAF_TEST(what has come is received and nothing is waited for) {
  in_both_ways([](socket_batch& batch) {
    std::array<connection, 4> connections;
    CAF_REQUIRE_EQUAL(::send(connections[0].far(), "hello", 5, 0), 5);
    CAF_REQUIRE_EQUAL(::send(connections[1].far(), "world!", 6, 0), 6);
    connections[2].close_far();
    std::array<std::string, 5> memory;
    for (auto& each : memory)
      each.assign(4, ' ');
    const std::array parts{1, 2, 1, 1};
    for (std::size_t i = 0, part = 0; i != connections.size(); ++i) {
      batch.add_socket(connections[i].near(), receive_from);
      for (int left = parts[i]; left != 0; --left, ++part)
        batch.add_part(memory[part].data(), memory[part].size());
    }
    CAF_CHECK_EQUAL(results_of(batch), (std::vector{4, 6, 0, -EAGAIN}));
    CAF_CHECK_EQUAL(memory[0], "hell");
    CAF_CHECK_EQUAL(memory[1] + memory[2], "world!  ");
  });
}

CAF_TEST(where the kernel refuses io_uring each socket is called on its own) {
  with_batch([](socket_batch& batch) {
    forbid_io_uring();
    batch.open_ring();
    CAF_CHECK(!batch.uses_io_uring());
    std::array<connection, 2> connections;
    add(batch, connections[0].near(), {"a"});
    add(batch, connections[1].near(), {"b"});
    CAF_CHECK_EQUAL(results_of(batch), (std::vector{1, 1}));
    CAF_CHECK_EQUAL(connections[0].read_far(), "a");
    CAF_CHECK_EQUAL(connections[1].read_far(), "b");
  });
}

CAF_TEST(a ring that fails is given up and everything is sent once) {
  with_batch([](socket_batch& batch) {
    std::array<connection, 2> connections;
    batch.open_ring();
    close_rings();
    for (int round = 0; round != 2; ++round) {
      add(batch, connections[0].near(), {"a", "b"});
      add(batch, connections[1].near(), {"c"});
      CAF_CHECK_EQUAL(results_of(batch), (std::vector{2, 1}));
      CAF_CHECK(!batch.uses_io_uring());
    }
    CAF_CHECK_EQUAL(connections[0].read_far(), "abab");
    CAF_CHECK_EQUAL(connections[1].read_far(), "cc");
  });
}
