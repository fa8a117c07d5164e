#include "protocol/read_struct.hpp"

namespace klatsch::protocol::reading {

read_outcome read_value(const node& source, bool& target, const no_rule&) {
  if (source.kind != node_kind::boolean)
    return wrong("must be true or false");
  target = source.boolean;
  return std::nullopt;
}

read_outcome read_value(const node& source, std::int64_t& target, const integer_rule& rule) {
  bool in_range =
      source.kind == node_kind::integer && source.integer >= rule.min && source.integer <= rule.max;
  if (!in_range)
    return wrong(
        "must be an integer from " + std::to_string(rule.min) + " to " + std::to_string(rule.max));
  target = source.integer;
  return std::nullopt;
}

read_outcome read_value(const node& source, std::string& target, const string_rule& rule) {
  if (source.kind != node_kind::string)
    return wrong("must be a string");
  if (auto problem = check_string(source.text(), rule); problem != string_problem::none)
    return wrong(explain(problem, rule));
  target = source.text();
  return std::nullopt;
}

read_outcome check_list(const node& source, const list_rule& rule) {
  if (source.kind != node_kind::array)
    return wrong("must be an array");
  if (source.size > rule.max_items)
    return wrong("may have " + std::to_string(rule.max_items) + " items at most");
  return std::nullopt;
}

} // namespace klatsch::protocol::reading
