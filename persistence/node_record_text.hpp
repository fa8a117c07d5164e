#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "persistence/lease_table.hpp"

/// How `lua/leases.lua` keeps a node's record: "<epoch> <identity>|<load>". Nodes of the next
/// version may add fields at the end of either part; who doesn't know them ignores them.
namespace klatsch::persistence {

/// Within the bounds that lease_table.hpp tells; any other record must not be written.
bool well_formed(const node_record& record);

/// "<port> <oldest protocol> <newest protocol> <1 when draining> <address> <role>,<role>": what is
/// a new view when it changes.
std::string identity_text(const node_record& record);

/// "<rooms> <users> <sessions>".
std::string load_text(const node_record& record);

/// Nothing when it is no record, or out of bounds.
std::optional<node_record> parse_node_record(std::string_view id, std::string_view text);

} // namespace klatsch::persistence
