#pragma once

#include <memory>

#include <sys/types.h>

#include "persistence/store.hpp"

namespace klatsch::contract {

/// What the suites know of the back end that they run against: one set of data, empty at first.
class backend {
 public:
  virtual ~backend() = default;

  /// A store over the data, as after a restart of klatsch. One at a time.
  virtual std::unique_ptr<persistence::store> open() = 0;

  /// kill -9, in the middle of whatever it does, to the process in which the back end runs:
  /// `writer` where that is the one that uses the store.
  virtual void kill(pid_t writer) = 0;

  /// From now on (at the latest when it has to grow) the open store can't store any more.
  virtual void take_away() = 0;

  /// It can again, as soon as it notices.
  virtual void give_back() = 0;
};

/// Defined once by each back end's executable.
std::unique_ptr<backend> make_backend();

} // namespace klatsch::contract
