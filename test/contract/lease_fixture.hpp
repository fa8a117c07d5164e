#pragma once

#include <chrono>
#include <thread>

#include "persistence/lease_table.hpp"
#include "test/contract/captured_log.hpp"
#include "test/contract/contract.hpp"
#include "test/contract/redis_backend.hpp"

namespace klatsch::contract {

using std::chrono::milliseconds;

/// For what must not run out in a test.
constexpr std::int64_t long_lease_ms = 3000000;

inline node_record node(const std::string& id) {
  node_record made;
  made.id = id;
  made.roles = {"web", "ws", "worker"};
  made.address = id + ".example.org";
  made.port = 7000;
  made.oldest_protocol = 1;
  made.newest_protocol = 2;
  return made;
}

inline std::string refusal_in(const lease_view& answer) {
  auto error = std::get_if<lease_error>(&answer);
  if (!error)
    return "none";
  return *error == lease_error::taken    ? "taken"
         : *error == lease_error::lapsed ? "lapsed"
                                         : "unavailable";
}

inline cluster_view view_in(lease_view answer) {
  CAF_REQUIRE_EQUAL(refusal_in(answer), "none");
  return std::get<cluster_view>(std::move(answer));
}

inline std::string ids(const cluster_view& view) {
  std::string text;
  for (const auto& each : view.nodes)
    text += (text.empty() ? "" : " ") + each.id;
  return text;
}

/// A table without nodes, and short ways to ask it.
struct lease_fixture : fixture {
  lease_fixture() : table(open_table()) {}

  redis_server& server() { return redis_backend::server(); }
  redis_options options() { return static_cast<redis_backend&>(*backend_).options(); }
  std::string key(const std::string& name) {
    return static_cast<redis_backend&>(*backend_).key(name);
  }
  std::unique_ptr<lease_table> open_table() { return make_redis_lease_table(options()); }

  /// Takes a lease; the record as the table has it.
  node_record take(const node_record& self, std::int64_t lease_ms = long_lease_ms) {
    auto view = view_in(table->acquire(self, lease_ms));
    auto own = view.find(self.id);
    CAF_REQUIRE(own != nullptr);
    return *own;
  }

  cluster_view renew(const node_record& self, std::int64_t lease_ms = long_lease_ms) {
    return view_in(table->renew(self, lease_ms));
  }

  /// Renews one until another one is gone; the view without it.
  cluster_view
  renew_until_gone(const node_record& self, std::int64_t lease_ms, const std::string& other) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (;;) {
      auto view = renew(self, lease_ms);
      if (!view.find(other))
        return view;
      if (std::chrono::steady_clock::now() > deadline)
        CAF_FAIL("the lease of " << other << " does not run out");
      std::this_thread::sleep_for(milliseconds(5));
    }
  }

  /// Nobody asks for so long.
  static void let_pass(milliseconds time) { std::this_thread::sleep_for(time); }

  std::unique_ptr<lease_table> table;
};

} // namespace klatsch::contract
