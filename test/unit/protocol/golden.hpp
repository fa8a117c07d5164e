#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "protocol/codec.hpp"
#include "protocol/document.hpp"
#include "protocol/read_struct.hpp"

/// Access to protocol/golden/*.json, and to what the codec makes of it.
namespace klatsch::protocol::golden {

inline std::string read_source_file(const std::string& path) {
  std::ifstream file{std::string{KLATSCH_SOURCE_DIR} + "/" + path, std::ios::binary};
  if (!file)
    throw std::runtime_error{"cannot open " + path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline rapidjson::Document load(const std::string& name) {
  rapidjson::Document result;
  auto text = read_source_file("protocol/golden/" + name);
  result.Parse(text.data(), text.size());
  if (result.HasParseError() || !result.IsArray() || result.Empty())
    throw std::runtime_error{name + " is not an array of vectors"};
  return result;
}

inline std::string dump(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

inline std::string text_of(const rapidjson::Value& vector, const char* member) {
  auto& value = vector[member];
  return {value.GetString(), value.GetStringLength()};
}

inline std::string unhex(std::string_view hex) {
  std::string result;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    result += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  return result;
}

/// The bytes of a vector in a format; nothing where it has none.
inline std::optional<std::string> bytes_of(const rapidjson::Value& vector, wire_format format) {
  if (format == wire_format::msgpack) {
    if (!vector.HasMember("msgpack_hex"))
      return std::nullopt;
    return unhex(text_of(vector, "msgpack_hex"));
  }
  if (vector.HasMember("text"))
    return text_of(vector, "text");
  if (vector.HasMember("text_hex"))
    return unhex(text_of(vector, "text_hex"));
  if (vector.HasMember("json"))
    return dump(vector["json"]);
  return std::nullopt;
}

/// Reads a struct from a member, `params` or `result`, of the object that `bytes` encode.
template <class T>
read_outcome
read_member(wire_format format, std::string bytes, std::string_view member, T& target) {
  document content;
  auto problem =
      format == wire_format::json ? parse_json(bytes, content) : parse_msgpack(bytes, content);
  if (problem)
    return reading::wrong("can't be parsed");
  auto* key = content.root().first_child();
  for (std::uint32_t i = 0; i < content.root().size; ++i, key = key->next()->next())
    if (key->text() == member)
      return read_struct(*key->next(), target);
  return reading::wrong("has no such member");
}

/// Calls `f` with the type among `Ts...` that has this method.
template <class... Ts, class F>
bool with_method(std::type_identity<std::tuple<Ts...>>, std::string_view method, F&& f) {
  auto one = [&]<class T>(std::type_identity<T> type) {
    if (T::method != method)
      return false;
    f(type);
    return true;
  };
  return (one(std::type_identity<Ts>{}) || ...);
}

} // namespace klatsch::protocol::golden
