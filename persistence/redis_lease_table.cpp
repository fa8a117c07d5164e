#include "persistence/redis_lease_table.hpp"

#include <algorithm>

#include "persistence/foreign_content.hpp"
#include "persistence/node_record_text.hpp"
#include "persistence/redis_refusal.hpp"
#include "persistence/well_formed.hpp"

namespace klatsch::persistence {

namespace {

constexpr std::int64_t longest_lease_ms = 3600000;

node_record named(std::string_view id, std::int64_t epoch) {
  node_record record;
  record.id = id;
  record.epoch = epoch;
  return record;
}

} // namespace

redis_lease_table::redis_lease_table(const redis_options& options)
    : prefix_(options.prefix), connection_(options), faults_("redis, leases") {}

lease_view redis_lease_table::acquire(const node_record& self, std::int64_t lease_ms) {
  return ask("acquire", self, lease_ms);
}

lease_view redis_lease_table::renew(const node_record& self, std::int64_t lease_ms) {
  return ask("renew", self, lease_ms);
}

std::variant<lease_error, done>
redis_lease_table::release(std::string_view id, std::int64_t epoch) {
  auto answer = ask("release", named(id, epoch), 1);
  if (auto error = std::get_if<lease_error>(&answer))
    return *error;
  return done{};
}

lease_view redis_lease_table::expel(std::string_view id, std::int64_t epoch) {
  return ask("expel", named(id, epoch), 1);
}

lease_view
redis_lease_table::ask(std::string_view action, const node_record& node, std::int64_t lease_ms) {
  if (!well_formed(node) || lease_ms < 1 || lease_ms > longest_lease_ms)
    return lease_error::unavailable;
  try {
    return execute(
        {"leases",
         {prefix_ + ":cluster:state", prefix_ + ":cluster:nodes"},
         {std::string(action), node.id, std::to_string(node.epoch), std::to_string(lease_ms),
          identity_text(node), load_text(node), std::to_string(most_nodes),
          std::to_string(known_view_)}});
  } catch (const foreign_content& e) {
    faults_.damaged(
        "in " + prefix_ + ":cluster:state or " + prefix_ + ":cluster:nodes: " + e.what());
  } catch (const std::exception& e) {
    connection_.drop(e.what());
    faults_.down(e.what());
  }
  return lease_error::unavailable;
}

lease_view redis_lease_table::execute(const redis_command& command) {
  if (!connection_.ready()) {
    faults_.down(connection_.trouble());
    return lease_error::unavailable;
  }
  // Not confirmed by replicas: where leases and numbers are lost, nodes take them anew.
  auto replies = connection_.execute({&command, 1}, {}).each;
  if (!replies.front()) {
    faults_.down(connection_.trouble());
    return lease_error::unavailable;
  }
  redis_value answer(replies.front().get());
  if (answer.is_error() && is_refusal(answer.text())) {
    if (needs_reconnect(answer.text()))
      connection_.drop(std::string(answer.text()));
    faults_.down(answer.text());
    return lease_error::unavailable;
  }
  if (answer.is_error())
    throw foreign_content(std::string(answer.text()));
  faults_.up();
  return read(answer);
}

lease_view redis_lease_table::read(redis_value answer) {
  auto status = answer[0].text();
  for (std::size_t i = 0; i < answer[3].size(); ++i)
    faults_.damaged(
        "the record of a node in " + prefix_ + ":cluster:nodes; it is removed: " +
        std::string(answer[3][i].text().substr(0, protocol::limits::id_bytes)));
  if (status == "taken")
    return lease_error::taken;
  if (status == "lapsed")
    return lease_error::lapsed;
  if (status == "done")
    return read_view(answer[1], answer[2]);
  if (status != "full")
    throw foreign_content("an unknown status");
  faults_.damaged("the cluster has " + std::to_string(most_nodes) + " nodes, and takes no more");
  return lease_error::unavailable;
}

cluster_view redis_lease_table::read_view(redis_value number, redis_value records) {
  cluster_view view;
  view.number = known_view_ = number.number();
  for (std::size_t i = 0; i + 1 < records.size(); i += 2) {
    auto id = records[i].id();
    if (auto record = parse_node_record(id, records[i + 1].text()))
      view.nodes.push_back(std::move(*record));
    else
      faults_.damaged("the record of node " + id + " in " + prefix_ + ":cluster:nodes; ignored");
  }
  std::sort(view.nodes.begin(), view.nodes.end(), [](const auto& x, const auto& y) {
    return x.id < y.id;
  });
  return view;
}

std::unique_ptr<lease_table> make_redis_lease_table(const redis_options& options) {
  return std::make_unique<redis_lease_table>(options);
}

} // namespace klatsch::persistence
