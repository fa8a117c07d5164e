#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/document.hpp"
#include "protocol/field.hpp"
#include "protocol/string_check.hpp"

/// Reads a described struct from a document and checks every field by its rule. Members that the
/// struct doesn't know are passed over, so that a client of a later version is understood; of a
/// member that is there twice, the last one counts.
namespace klatsch::protocol {

/// What is wrong with a value: where, as `resume[2].after`, and why. Never holds what was sent.
struct value_problem {
  std::string field;
  std::string reason;
};

using read_outcome = std::optional<value_problem>;

template <described T>
read_outcome read_struct(const node& source, T& target);

namespace reading {

inline read_outcome wrong(std::string reason) {
  return value_problem{{}, std::move(reason)};
}

/// Puts the name of what contains it before the place of a problem.
inline read_outcome within(std::string_view container, read_outcome problem) {
  if (problem) {
    auto& place = problem->field;
    bool direct = place.empty() || place.front() == '[';
    place.insert(0, std::string{container} + (direct ? "" : "."));
  }
  return problem;
}

read_outcome read_value(const node& source, bool& target, const no_rule&);
read_outcome read_value(const node& source, std::int64_t& target, const integer_rule& rule);
read_outcome read_value(const node& source, std::string& target, const string_rule& rule);

template <described T>
read_outcome read_value(const node& source, T& target, const no_rule&) {
  return read_struct(source, target);
}

template <class T, class Rule>
read_outcome read_value(const node& source, std::optional<T>& target, const Rule& rule) {
  return read_value(source, target.emplace(), rule);
}

read_outcome check_list(const node& source, const list_rule& rule);

template <class T>
read_outcome read_value(const node& source, std::vector<T>& target, const list_rule& rule) {
  if (auto problem = check_list(source, rule))
    return problem;
  target.resize(source.size);
  auto* item = source.first_child();
  for (std::size_t i = 0; i < target.size(); ++i, item = item->next())
    if (auto problem = read_value(*item, target[i], no_rule{}))
      return within("[" + std::to_string(i) + "]", std::move(problem));
  return std::nullopt;
}

/// Lists may be left out where a struct says so (`absent_lists`), being empty then.
template <class T, class Field>
constexpr bool may_be_absent(const Field& field) {
  using value = typename Field::value_type;
  if constexpr (is_optional<value>::value)
    return true;
  else if constexpr (is_list<value>::value && requires { T::absent_list; })
    return field.name == T::absent_list;
  else
    return false;
}

/// The members of `source` that `T` knows, in the order of its fields.
template <described T>
auto find_members(const node& source) {
  constexpr auto count = std::tuple_size_v<decltype(T::fields())>;
  std::array<const node*, count> found{};
  auto* key = source.first_child();
  for (std::uint32_t i = 0; i < source.size; ++i) {
    auto* value = key->next();
    std::size_t place = 0;
    for_each_field<T>([&](const auto& field) {
      if (field.name == key->text())
        found[place] = value;
      ++place;
    });
    key = value->next();
  }
  return found;
}

template <described T>
read_outcome
check_exclusive(const std::array<const node*, std::tuple_size_v<decltype(T::fields())>>& found) {
  if constexpr (requires { T::exactly_one_of; }) {
    std::size_t place = 0;
    std::size_t present = 0;
    for_each_field<T>([&](const auto& field) {
      for (auto name : T::exactly_one_of)
        present += field.name == name && found[place];
      ++place;
    });
    if (present != 1) {
      std::string names;
      for (auto name : T::exactly_one_of)
        names += (names.empty() ? "" : ", ") + std::string{name};
      return wrong("must have exactly one of: " + names);
    }
  }
  return std::nullopt;
}

} // namespace reading

template <described T>
read_outcome read_struct(const node& source, T& target) {
  if (source.kind != node_kind::object)
    return reading::wrong("must be an object");
  auto found = reading::find_members<T>(source);
  std::size_t place = 0;
  read_outcome result;
  for_each_field<T>([&](const auto& field) {
    auto* value = found[place++];
    if (result)
      return;
    if (value)
      result = reading::within(
          field.name, reading::read_value(*value, target.*field.member, field.rule));
    else if (!reading::may_be_absent<T>(field))
      result = reading::within(field.name, reading::wrong("is missing"));
  });
  return result ? result : reading::check_exclusive<T>(found);
}

} // namespace klatsch::protocol
