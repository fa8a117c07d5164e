#define CAF_SUITE frame_boundary
#include "test/unit/suite.hpp"

#include <random>
#include <set>
#include <string>

#include "net/frame_boundary.hpp"
#include "test/unit/net/client_frame.hpp"

using klatsch::net::frame_boundary;
using namespace first_bytes;

namespace {

/// Its payload looks like headers itself.
std::string frame(unsigned char first, std::size_t size, bool masked = true) {
  return client_frame(first, std::string(size, '\x01'), masked);
}

struct stream {
  std::string bytes;
  /// After so many of them all that has come are whole messages.
  std::set<std::size_t> ends{0};

  void add(const std::string& more, bool ends_between_messages) {
    bytes += more;
    if (ends_between_messages)
      ends.insert(bytes.size());
  }
};

/// Messages in one to three frames of any size, with and without frames of control between them.
stream random_stream(std::mt19937& random) {
  constexpr std::size_t sizes[] = {0, 1, 125, 126, 300, 65535, 65536};
  auto size = [&] { return sizes[random() % std::size(sizes)]; };
  stream all;
  for (int message = 0; message != 8; ++message) {
    const auto more = random() % 3;
    all.add(frame(more == 0 ? text : unfinished_text, size()), more == 0);
    for (auto i = more; i != 0; --i) {
      if (random() % 2 == 0)
        all.add(frame(ping, random() % 126), false);
      all.add(frame(i == 1 ? continuation : unfinished_continuation, size()), i == 1);
    }
    if (random() % 2 == 0)
      all.add(frame(ping, random() % 126), true);
  }
  return all;
}

} // namespace

CAF_TEST(what comes byte by byte is whole at the ends of messages only) {
  stream all;
  all.add(frame(text, 5), true);
  all.add(frame(ping, 3), true);
  all.add(frame(unfinished_text, 0), false);
  all.add(frame(ping, 0), false);
  all.add(frame(unfinished_continuation, 200), false);
  all.add(frame(continuation, 0), true);
  all.add(frame(text, 70000), true);
  all.add(frame(text, 1, false), true);
  frame_boundary frames;
  for (std::size_t i = 0; i != all.bytes.size(); ++i) {
    CAF_REQUIRE_EQUAL(frames.between_messages(), all.ends.contains(i));
    frames.take(&all.bytes[i], 1);
  }
  CAF_CHECK(frames.between_messages());
}

CAF_TEST(where messages end does not depend on how they come) {
  std::mt19937 random{64};
  for (int run = 0; run != 200; ++run) {
    const auto all = random_stream(random);
    frame_boundary frames;
    std::size_t taken = 0;
    while (taken != all.bytes.size()) {
      auto part = std::min<std::size_t>(1 + random() % 3000, all.bytes.size() - taken);
      // Up to the end of a message where there is one, so that whole ones are seen too.
      if (const auto end = all.ends.upper_bound(taken); end != all.ends.end() && random() % 2 == 0)
        part = *end - taken;
      frames.take(all.bytes.data() + taken, part);
      taken += part;
      CAF_REQUIRE_EQUAL(frames.between_messages(), all.ends.contains(taken));
    }
  }
}
