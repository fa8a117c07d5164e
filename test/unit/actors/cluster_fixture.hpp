#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/test/dsl.hpp>

#include "persistence/store.hpp"
#include "test/unit/actors/client_fixture.hpp"
#include "test/unit/actors/test_node.hpp"

namespace klatsch {

/// Nodes "a", "b" and "c" in one actor system on CAF's deterministic scheduler, with one real
/// SQLite store in memory. What a link is in a cluster is here a directory that knows another one.
class cluster_fixture : public client_fixture {
 public:
  cluster_fixture();
  ~cluster_fixture() override;

  /// Lets time pass in steps, so that timers that set the next ones run too.
  void wait(std::chrono::milliseconds time);

  /// These nodes know the view with these workers.
  void tell_view(
      const std::vector<std::string>& who,
      std::int64_t number,
      const std::vector<placed_node>& workers);

  /// None of them drains.
  static std::vector<placed_node> placed(const std::vector<std::string>& workers);

  /// All nodes are told of the view, and have not heard of it yet.
  void send_view(std::int64_t number, const std::vector<std::string>& workers);

  /// All nodes know the view.
  void set_view(std::int64_t number, const std::vector<std::string>& workers) {
    send_view(number, workers);
    run();
  }

  client open(const std::string& node, const std::string& params = "{}") {
    return open_session_of(connect(node), params);
  }

  client connect(const std::string& node);

  client spawn_session(const std::string& node);

  std::vector<std::string> private_texts(const client& of) {
    return of.connection->take("private", "text");
  }

  /// The node on which the room's or user's actor lives, asked from another one.
  template <class Handle, class Resolve>
  Handle resolve(const std::string& from, Resolve request);

  /// The process of a node dies with all rooms and users, as the others notice it.
  template <class Handle>
  void kill(const Handle& actor) {
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    run();
  }

  std::unique_ptr<persistence::store> backend;
  std::map<std::string, std::unique_ptr<test_node>> nodes;
  protocol::error_code last_error = protocol::error_code::internal_error;

 private:
  void add_node(const std::string& id);
};

} // namespace klatsch
