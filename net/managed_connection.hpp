#pragma once

#include <chrono>
#include <memory>

#include <boost/intrusive/list.hpp>

namespace klatsch::net {

using time_point = std::chrono::steady_clock::time_point;

/// A connection as its event loop sees it: the loop calls `tick` regularly, so that no connection
/// needs a timer of its own, and takes all of them down at the end. Everything happens on the
/// loop's thread; a connection is in the loop's list until it is abandoned or destroyed.
class managed_connection : public boost::intrusive::list_base_hook<
                               boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~managed_connection() = default;

  /// Checks the deadlines.
  virtual void tick(time_point now) = 0;

  /// Takes leave of the client, in the words of its protocol.
  virtual void stop() = 0;

  /// Closes the socket at once, and leaves the list.
  virtual void abandon() = 0;

  virtual std::shared_ptr<managed_connection> keep_alive() = 0;
};

using connection_list =
    boost::intrusive::list<managed_connection, boost::intrusive::constant_time_size<false>>;

} // namespace klatsch::net
