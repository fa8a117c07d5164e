#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "persistence/lease_table.hpp"

namespace klatsch {

bool has_role(const std::vector<std::string>& roles, std::string_view role);

/// Whether the two must reach each other: rooms and users are on workers, so all others need a link
/// to each worker, and none among themselves.
bool need_link(const persistence::node_record& one, const persistence::node_record& other);

/// The nodes that take part: all of the view, less as many as must stand aside so that those that
/// are left all reach each other. Every node computes the same from the same view. Of two that
/// don't reach each other the one goes that has more broken links; then the one that is no worker;
/// then the one with the greater id.
std::vector<persistence::node_record> active_nodes(const persistence::cluster_view& view);

} // namespace klatsch
