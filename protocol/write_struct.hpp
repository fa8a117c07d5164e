#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/field.hpp"

/// Writes a described struct by a writer of either format. A writer has `begin_object(members)`,
/// `key(text)`, `end_object()`, `begin_array(items)`, `end_array()`, `string(text)`,
/// `integer(value)`, `boolean(value)` and `null()`.
namespace klatsch::protocol {

template <class Writer, described T>
void write_struct(Writer& writer, const T& source);

namespace writing {

template <class Writer>
void write_value(Writer& writer, const std::string& source) {
  writer.string(source);
}

template <class Writer>
void write_value(Writer& writer, std::int64_t source) {
  writer.integer(source);
}

template <class Writer>
void write_value(Writer& writer, bool source) {
  writer.boolean(source);
}

template <class Writer, described T>
void write_value(Writer& writer, const T& source) {
  write_struct(writer, source);
}

template <class Writer, class T>
void write_value(Writer& writer, const std::vector<T>& source) {
  writer.begin_array(source.size());
  for (auto& item : source)
    write_value(writer, item);
  writer.end_array();
}

template <class Writer, class T>
void write_value(Writer& writer, const std::optional<T>& source) {
  write_value(writer, *source);
}

template <class T>
bool is_present(const T&) {
  return true;
}

template <class T>
bool is_present(const std::optional<T>& value) {
  return value.has_value();
}

} // namespace writing

template <class Writer, described T>
void write_struct(Writer& writer, const T& source) {
  std::size_t members = 0;
  for_each_field<T>(
      [&](const auto& field) { members += writing::is_present(source.*field.member); });
  writer.begin_object(members);
  for_each_field<T>([&](const auto& field) {
    if (!writing::is_present(source.*field.member))
      return;
    writer.key(field.name);
    writing::write_value(writer, source.*field.member);
  });
  writer.end_object();
}

} // namespace klatsch::protocol
