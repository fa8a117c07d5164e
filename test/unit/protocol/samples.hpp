#pragma once

#include <type_traits>

#include "protocol/notifications.hpp"
#include "protocol/requests.hpp"

/// Values of every struct of the protocol, made from its list of fields.
namespace klatsch::protocol::samples {

/// How much of a struct is filled: its optional members and the items of its lists are there or
/// not.
enum class extent { least, most };

template <described T>
T make(extent size);

template <class Rule>
std::string make_string(const Rule& rule, extent size) {
  if (rule.characters == string_rule::alphabet::identifier)
    return size == extent::most ? std::string(rule.max_code_points, 'Z') : "_";
  if (size == extent::least)
    return "\u00e4";
  if (rule.characters == string_rule::alphabet::multiline)
    return "Zo\u00eb said:\n\t\"\U0001F600 \\ / <b>\"";
  return "Zo\u00eb \U0001F600 \"O'Neil\" \\";
}

template <class Value, class Rule>
void fill(Value& value, const Rule& rule, extent size) {
  bool most = size == extent::most;
  if constexpr (is_optional<Value>::value) {
    if (most)
      fill(value.emplace(), rule, size);
  } else if constexpr (is_list<Value>::value) {
    if (most)
      value = {make<typename Value::value_type>(size), make<typename Value::value_type>(size)};
  } else if constexpr (described<Value>) {
    value = make<Value>(size);
  } else if constexpr (std::is_same_v<Value, bool>) {
    value = most;
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    value = most ? rule.max : rule.min;
  } else {
    value = make_string(rule, size);
  }
}

template <described T>
T make(extent size) {
  T result;
  for_each_field<T>([&](const auto& field) { fill(result.*field.member, field.rule, size); });
  if constexpr (std::is_same_v<T, resume_point>) {
    if (size == extent::most)
      result.with.reset();
    else
      result.with = "_";
  }
  return result;
}

/// Calls `f(value)` with a least and a most of each request, result and notification.
template <class F>
void for_each_message(F&& f) {
  auto both = [&]<class T>(std::type_identity<T>) {
    f(make<T>(extent::least));
    f(make<T>(extent::most));
  };
  auto requests_and_results = [&]<class... Ts>(std::type_identity<std::tuple<Ts...>>) {
    (both(std::type_identity<Ts>{}), ...);
    (both(std::type_identity<typename Ts::result>{}), ...);
  };
  auto others = [&]<class... Ts>(std::type_identity<std::tuple<Ts...>>) {
    (both(std::type_identity<Ts>{}), ...);
  };
  requests_and_results(std::type_identity<requests>{});
  others(std::type_identity<notifications>{});
}

} // namespace klatsch::protocol::samples
