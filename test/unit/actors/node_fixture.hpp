#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>

#include <caf/test/dsl.hpp>

#include "persistence/store.hpp"
#include "test/unit/actors/client_fixture.hpp"
#include "test/unit/actors/test_node.hpp"

namespace klatsch {

/// A whole node on CAF's deterministic scheduler, with a real SQLite store in memory and as many
/// clients as a test wants.
class node_fixture : public client_fixture, public test_node {
 public:
  node_fixture();
  ~node_fixture() override;

  void make_room(const std::string& room);

  client connect(client_identity identity = {});

  /// Connects and opens; `params` such as R"({"name":"Ann"})".
  client open(const std::string& params = "{}", client_identity identity = {});

  room_actor room(const std::string& id);

  user_actor user(const std::string& id);

  /// So long that a room or user that nobody uses ends, which is looked at twice.
  void pass_idle(std::chrono::milliseconds timeout) {
    for (int i = 0; i != 2; ++i) {
      advance_time(timeout);
      run();
    }
  }

  /// The room's actor dies at once.
  void kill_room(const std::string& id);

  /// From now on requests of this type, for which `matches`, wait in the store.
  template <class Request, class Predicate>
  void hold(Predicate matches) {
    faults.hold = [=](const persistence::store_request& request) {
      auto* one = std::get_if<Request>(&request);
      return one && matches(*one);
    };
  }

  void let_go();

  /// Has the newest of the requests that wait fail; the others wait on.
  void fail_newest_held();

  std::unique_ptr<persistence::store> backend;

 private:
  template <class Handle, class Resolve>
  Handle resolve(Resolve request);
};

} // namespace klatsch
