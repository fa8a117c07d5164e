#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <rapidjson/allocators.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

/// Included by encode.cpp only, to keep RapidJSON out of the other units.
namespace klatsch::protocol {

/// Writes one JSON text; see write_struct.hpp for its functions.
class json_writer {
 public:
  void begin_object(std::size_t) { writer_.StartObject(); }
  void key(std::string_view name) { writer_.Key(name.data(), length_of(name)); }
  void end_object() { writer_.EndObject(); }
  void begin_array(std::size_t) { writer_.StartArray(); }
  void end_array() { writer_.EndArray(); }
  void string(std::string_view text) { writer_.String(text.data(), length_of(text)); }
  void integer(std::int64_t value) { writer_.Int64(value); }
  void boolean(bool value) { writer_.Bool(value); }
  void null() { writer_.Null(); }

  std::string take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  static rapidjson::SizeType length_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  using pool = rapidjson::MemoryPoolAllocator<>;
  using buffer = rapidjson::GenericStringBuffer<rapidjson::UTF8<>, pool>;

  /// Enough for most messages, so that nothing is allocated for them, with RapidJSON's own stack.
  static constexpr std::size_t usual_bytes = 512;

  alignas(std::max_align_t) char space_[usual_bytes + 1024];
  pool pool_{space_, sizeof space_};
  buffer buffer_{&pool_, usual_bytes};
  rapidjson::Writer<buffer, rapidjson::UTF8<>, rapidjson::UTF8<>, pool> writer_{buffer_, &pool_};
};

} // namespace klatsch::protocol
