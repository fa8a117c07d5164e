#include "test/unit/actors/recorder.hpp"

#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace klatsch {

namespace {

/// Takes the first message off the front of `bytes`, and returns its payload.
std::string take_message(std::string_view& bytes) {
  const auto octet = [&](std::size_t at) {
    return std::size_t{static_cast<unsigned char>(bytes[at])};
  };
  std::size_t header = 2;
  auto length = octet(1);
  if (length > 125) {
    header = length == 126 ? 4 : 10;
    length = 0;
    for (std::size_t at = 2; at < header; ++at)
      length = length << 8 | octet(at);
  }
  const std::string payload{bytes.substr(header, length)};
  bytes.remove_prefix(header + length);
  return payload;
}

/// A path such as "user/id"; strings as they are, others as JSON.
std::string value_at(const rapidjson::Value& from, const std::string& path) {
  const auto slash = path.find('/');
  auto& value = from[path.substr(0, slash).c_str()];
  if (slash != std::string::npos)
    return value_at(value, path.substr(slash + 1));
  if (value.IsString())
    return value.GetString();
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  value.Accept(writer);
  return buffer.GetString();
}

} // namespace

void recorder::push(const wire_bytes& bytes) {
  ++pushes;
  for (std::string_view rest = *bytes; !rest.empty();)
    texts.push_back(take_message(rest));
}

std::vector<std::string> recorder::take(const std::string& method, const std::string& path) {
  std::vector<std::string> values;
  std::erase_if(texts, [&](const std::string& text) {
    rapidjson::Document document;
    document.Parse(text.c_str());
    // The answers to a batch are an array.
    if (!document.IsObject() || !document.HasMember("method") ||
        document["method"].GetString() != method)
      return false;
    values.push_back(value_at(document["params"], path));
    return true;
  });
  return values;
}

rapidjson::Document recorder::answer(int id) {
  rapidjson::Document document;
  for (auto each = texts.begin(); each != texts.end(); ++each) {
    document.Parse(each->c_str());
    if (document.IsObject() && document.HasMember("id") && document["id"].IsInt() &&
        document["id"].GetInt() == id) {
      texts.erase(each);
      return document;
    }
  }
  return rapidjson::Document{};
}

} // namespace klatsch
