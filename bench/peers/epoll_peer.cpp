// The plain epoll server as a program: what the kernel allows.
//
//   klatsch-epoll-peer each|gather [port]
//
// Prints "listening on <port>" when it does.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include <sys/resource.h>

#include "bench/peers/epoll_server.hpp"

int main(int count, char** arguments) try {
  bool gathers = count > 1 && std::strcmp(arguments[1], "gather") == 0;
  if (!gathers && (count < 2 || std::strcmp(arguments[1], "each") != 0)) {
    std::fprintf(stderr, "usage: %s each|gather [port]\n", arguments[0]);
    return 2;
  }
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  klatsch::bench::epoll_server server{gathers};
  auto wanted = static_cast<std::uint16_t>(count > 2 ? std::atoi(arguments[2]) : 0);
  std::printf("listening on %u\n", unsigned{server.listen(wanted)});
  std::fflush(stdout);
  server.run();
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
