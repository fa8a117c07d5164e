#define CAF_SUITE schema
#include "test/unit/suite.hpp"

#include "protocol/schema.hpp"
#include "test/unit/protocol/golden.hpp"

using namespace klatsch::protocol;

namespace {

rapidjson::Document parsed_schema() {
  rapidjson::Document result;
  auto text = schema_json();
  result.Parse(text.data(), text.size());
  return result;
}

/// Calls `f` with the target of each `$ref` in `value`.
template <class F>
void for_each_reference(const rapidjson::Value& value, F&& f) {
  if (value.IsArray())
    for (auto& item : value.GetArray())
      for_each_reference(item, f);
  if (!value.IsObject())
    return;
  for (auto& member : value.GetObject()) {
    if (std::string_view{member.name.GetString()} == "$ref")
      f(std::string{member.value.GetString()});
    else
      for_each_reference(member.value, f);
  }
}

} // namespace

CAF_TEST(the schema in the tree is the one that the binary prints) {
  // When this fails: build/release/klatsch --print-schema > protocol/schema.json
  auto kept = golden::read_source_file("protocol/schema.json");
  CAF_CHECK(kept == schema_json());
}

CAF_TEST(every reference has its definition) {
  auto schema = parsed_schema();
  CAF_REQUIRE(schema.IsObject());
  std::size_t references = 0;
  for_each_reference(schema, [&](const std::string& target) {
    constexpr std::string_view prefix = "#/$defs/";
    CAF_REQUIRE(target.starts_with(prefix));
    CAF_MESSAGE(target);
    CAF_CHECK(schema["$defs"].HasMember(target.c_str() + prefix.size()));
    ++references;
  });
  CAF_CHECK(references > 0);
}

CAF_TEST(all methods and notifications are in the schema) {
  auto schema = parsed_schema();
  CAF_CHECK_EQUAL(schema["x-methods"].Size(), std::tuple_size_v<requests>);
  CAF_CHECK_EQUAL(schema["x-notifications"].Size(), std::tuple_size_v<notifications>);
  CAF_CHECK_EQUAL(schema["x-errors"].Size(), error_table.size());
}

CAF_TEST(bounds and what must be present are in the schema) {
  auto schema = parsed_schema();
  auto& open = schema["$defs"]["session_open"];
  CAF_CHECK_EQUAL(open["required"].Size(), 0u);
  CAF_CHECK_EQUAL(open["properties"]["resume"]["maxItems"].GetUint64(), limits::resume_points);
  CAF_CHECK_EQUAL(schema["$defs"]["resume_point"]["oneOf"].Size(), 2u);
  auto& send = schema["$defs"]["room_send"];
  CAF_CHECK_EQUAL(send["required"].Size(), 3u);
  CAF_CHECK_EQUAL(send["properties"]["text"]["maxLength"].GetUint64(), limits::text_code_points);
  auto& limit = schema["$defs"]["room_history"]["properties"]["limit"];
  CAF_CHECK_EQUAL(limit["minimum"].GetInt64(), 1);
  CAF_CHECK_EQUAL(limit["maximum"].GetInt64(), limits::page_messages);
}
