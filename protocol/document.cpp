#include "protocol/document.hpp"

#include <cmath>
#include <limits>

#include "protocol/unicode.hpp"

namespace klatsch::protocol {

document_builder::document_builder(document& target) : nodes_{target.nodes_} {
  nodes_.clear();
  nodes_.reserve(16);
}

bool document_builder::refuse(parse_problem problem) {
  problem_ = problem;
  return false;
}

/// Adds a child to the innermost container; null, and a problem, where it would be a key that is
/// not a string.
node* document_builder::add(node_kind kind) {
  if (depth_ > 0) {
    auto& parent = nodes_[open_[depth_ - 1]];
    bool is_key = parent.kind == node_kind::object && parent.size % 2 == 0;
    if (is_key && kind != node_kind::string) {
      refuse(parse_problem::key);
      return nullptr;
    }
    ++parent.size;
  }
  auto& result = nodes_.emplace_back();
  result.kind = kind;
  return &result;
}

bool document_builder::add_plain(node_kind kind) {
  return add(kind) != nullptr;
}

bool document_builder::null() {
  return add_plain(node_kind::null);
}

bool document_builder::other() {
  return add_plain(node_kind::other);
}

bool document_builder::boolean(bool value) {
  auto* added = add(node_kind::boolean);
  if (added)
    added->boolean = value;
  return added;
}

bool document_builder::integer(std::int64_t value) {
  auto* added = add(node_kind::integer);
  if (added)
    added->integer = value;
  return added;
}

bool document_builder::unsigned_integer(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return integer(static_cast<std::int64_t>(value));
  return add_plain(node_kind::number);
}

bool document_builder::number(double value) {
  constexpr auto largest = static_cast<double>(limits::largest_integer);
  if (std::abs(value) <= largest && std::trunc(value) == value)
    return integer(static_cast<std::int64_t>(value));
  return add_plain(node_kind::number);
}

bool document_builder::string(std::string_view value) {
  if (!is_valid_utf8(value))
    return refuse(parse_problem::encoding);
  auto* added = add(node_kind::string);
  if (!added)
    return false;
  added->size = static_cast<std::uint32_t>(value.size());
  added->characters = value.data();
  return true;
}

bool document_builder::begin(node_kind container) {
  if (depth_ == limits::nesting_depth)
    return refuse(parse_problem::depth);
  auto place = static_cast<std::uint32_t>(nodes_.size());
  if (!add(container))
    return false;
  open_[depth_++] = place;
  return true;
}

bool document_builder::end() {
  auto place = open_[--depth_];
  auto& container = nodes_[place];
  container.span = static_cast<std::uint32_t>(nodes_.size() - place);
  if (container.kind == node_kind::object)
    container.size /= 2;
  return true;
}

} // namespace klatsch::protocol
