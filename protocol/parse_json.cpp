#include <cstddef>
#include <cstring>

#include <rapidjson/allocators.h>
#include <rapidjson/reader.h>

#include "protocol/document.hpp"

namespace klatsch::protocol {

namespace {

/// Hands RapidJSON's events to the builder.
struct json_events {
  document_builder& target;

  bool Null() { return target.null(); }
  bool Bool(bool value) { return target.boolean(value); }
  bool Int(int value) { return target.integer(value); }
  bool Uint(unsigned value) { return target.integer(value); }
  bool Int64(std::int64_t value) { return target.integer(value); }
  bool Uint64(std::uint64_t value) { return target.unsigned_integer(value); }
  bool Double(double value) { return target.number(value); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return target.string({text, size});
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) { return target.string({text, size}); }
  bool StartObject() { return target.begin(node_kind::object); }
  bool EndObject(rapidjson::SizeType) { return target.end(); }
  bool StartArray() { return target.begin(node_kind::array); }
  bool EndArray(rapidjson::SizeType) { return target.end(); }
};

} // namespace

std::optional<parse_problem> parse_json(std::string& text, document& target) {
  // RapidJSON takes a zero byte for the end.
  if (std::memchr(text.data(), 0, text.size()))
    return parse_problem::syntax;
  document_builder builder{target};
  json_events events{builder};
  rapidjson::InsituStringStream stream{text.data()};
  // Its stack is small, unless the text is deep or holds many members.
  alignas(std::max_align_t) char space[1024];
  rapidjson::MemoryPoolAllocator<> pool{space, sizeof space};
  rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, decltype(pool)> reader{&pool};
  // Encodings are checked by the builder, which does so for MessagePack too.
  constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag;
  if (!reader.Parse<flags>(stream, events))
    return builder.problem().value_or(parse_problem::syntax);
  return std::nullopt;
}

} // namespace klatsch::protocol
