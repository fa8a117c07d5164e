#pragma once

#include <cstddef>

namespace klatsch::net {

/// Bounds of the queue "outbox". Bytes of a shared frame count in every outbox that it is in; with
/// the largest message they are less than 4 GiB.
struct outbox_limits {
  std::size_t bytes = 4 * 1024 * 1024;
  std::size_t frames = 4096;
};

} // namespace klatsch::net
