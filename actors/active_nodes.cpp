#include "actors/active_nodes.hpp"

#include <algorithm>
#include <tuple>

namespace klatsch {

using persistence::node_record;

namespace {

bool reports(const node_record& one, const node_record& other) {
  return std::ranges::find(one.unreachable, other.id) != one.unreachable.end();
}

bool is_broken(const node_record& one, const node_record& other) {
  return one.id != other.id && need_link(one, other) &&
         (reports(one, other) || reports(other, one));
}

} // namespace

bool has_role(const std::vector<std::string>& roles, std::string_view role) {
  return std::ranges::find(roles, role) != roles.end();
}

bool need_link(const node_record& one, const node_record& other) {
  return has_role(one.roles, "worker") || has_role(other.roles, "worker");
}

std::vector<node_record> active_nodes(const persistence::cluster_view& view) {
  auto nodes = view.nodes;
  for (;;) {
    auto weight = [&nodes](const node_record& each) {
      const auto broken =
          std::ranges::count_if(nodes, [&](auto& other) { return is_broken(each, other); });
      return std::tuple{broken, broken > 0 && !has_role(each.roles, "worker"), each.id};
    };
    auto worst = std::ranges::max_element(nodes, {}, weight);
    if (worst == nodes.end() || std::get<0>(weight(*worst)) == 0)
      return nodes;
    nodes.erase(worst);
  }
}

} // namespace klatsch
