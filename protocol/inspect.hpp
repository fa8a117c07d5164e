#pragma once

#include <optional>
#include <tuple>

#include <caf/meta/type_name.hpp>

#include "protocol/field.hpp"

/// CAF's serialisation of the protocol's messages, from their field lists.
namespace klatsch::protocol {

/// Stands for a `std::optional` among a message's members, which CAF 0.17 cannot serialise itself.
template <class T>
struct optional_slot {
  std::optional<T>* value;
};

template <class Inspector, class T>
auto inspect(Inspector& f, optional_slot<T>& slot) {
  bool present = slot.value->has_value();
  T content = present ? **slot.value : T{};
  if constexpr (Inspector::writes_state) {
    auto result = f(present, content);
    *slot.value = present ? std::optional<T>{std::move(content)} : std::nullopt;
    return result;
  } else {
    return f(present, content);
  }
}

namespace inspection {

template <class T>
T& slot_of(T& x) {
  return x;
}

template <class T>
optional_slot<T> slot_of(std::optional<T>& x) {
  return {&x};
}

/// Makes the slots lvalues, as inspectors want them.
template <class Inspector, class... Slots>
auto apply(Inspector& f, std::string_view type_name, Slots&&... slots) {
  return f(caf::meta::type_name(type_name.data()), slots...);
}

} // namespace inspection

template <class Inspector, described T>
auto inspect(Inspector& f, T& x) {
  return std::apply(
      [&](const auto&... each) {
        return inspection::apply(f, T::type_name, inspection::slot_of(x.*each.member)...);
      },
      T::fields());
}

} // namespace klatsch::protocol
