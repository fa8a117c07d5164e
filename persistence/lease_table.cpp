#include "persistence/lease_table.hpp"

#include <algorithm>

namespace klatsch::persistence {

const node_record* cluster_view::find(std::string_view id) const {
  auto node = std::lower_bound(
      nodes.begin(), nodes.end(), id,
      [](const node_record& x, std::string_view y) { return x.id < y; });
  return node != nodes.end() && node->id == id ? &*node : nullptr;
}

} // namespace klatsch::persistence
