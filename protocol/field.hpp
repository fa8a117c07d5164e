#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "protocol/limits.hpp"

/// How a message describes itself. Every struct of the protocol has one list of its fields
/// (`static constexpr auto fields()`); JSON, MessagePack, CAF's serialisation, the JSON Schema and
/// the checks of what comes in are visitors over that list.
namespace klatsch::protocol {

/// What a string may hold. `checker` is the name by which the schema knows the rule.
struct string_rule {
  enum class alphabet {
    any,        ///< valid UTF-8
    identifier, ///< [A-Za-z0-9_-]
    multiline,  ///< no control characters but \n and \t; not only white space
    single_line ///< no control characters; no white space at the ends
  };
  std::string_view name;
  alphabet characters;
  std::size_t min_code_points;
  std::size_t max_code_points;
  /// True for names, that people type as `@name:`.
  bool addressable = false;
};

struct integer_rule {
  std::int64_t min = 0;
  std::int64_t max = limits::largest_integer;
};

struct list_rule {
  std::size_t max_items;
};

struct no_rule {};

namespace rules {

using enum string_rule::alphabet;

inline constexpr string_rule id{"id", identifier, 1, limits::id_bytes};
inline constexpr string_rule cid{"cid", identifier, 1, limits::id_bytes};
inline constexpr string_rule token{"token", identifier, 1, limits::token_bytes};
inline constexpr string_rule text{"text", multiline, 1, limits::text_code_points};
inline constexpr string_rule name{"name", single_line, 1, limits::name_code_points, true};
inline constexpr string_rule title{"title", single_line, 1, limits::title_code_points};
inline constexpr integer_rule sequence{};
inline constexpr integer_rule milliseconds{};
inline constexpr integer_rule count{};
inline constexpr integer_rule page{1, limits::page_messages};

} // namespace rules

/// One member of a message: its name on the wire, where it is kept, and its bound.
template <class Owner, class Value, class Rule>
struct field_description {
  using value_type = Value;
  std::string_view name;
  Value Owner::*member;
  Rule rule;
  /// What it means, for the documents.
  std::string_view meaning;
};

template <class Owner, class Value, class Rule = no_rule>
constexpr auto
field(std::string_view name, Value Owner::*member, Rule rule = {}, std::string_view meaning = {}) {
  return field_description<Owner, Value, Rule>{name, member, rule, meaning};
}

/// A struct that lists its fields.
template <class T>
concept described = requires {
  { std::remove_cvref_t<T>::type_name } -> std::convertible_to<std::string_view>;
  std::remove_cvref_t<T>::fields();
};

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
struct is_list : std::false_type {};
template <class T>
struct is_list<std::vector<T>> : std::true_type {};

/// Calls `f(description)` for each field in the order of declaration.
template <described T, class F>
constexpr void for_each_field(F&& f) {
  std::apply([&](const auto&... each) { (f(each), ...); }, T::fields());
}

} // namespace klatsch::protocol
