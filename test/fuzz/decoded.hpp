#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "protocol/codec.hpp"
#include "protocol/document.hpp"

/// What must hold for anything that the codec makes of a client's bytes.
namespace klatsch::protocol::fuzzing {

/// Ends the run as a find where a promise is broken.
inline void require(bool condition, const char* promise) {
  if (condition)
    return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

inline bool parses(wire_format format, std::string bytes) {
  document content;
  auto problem =
      format == wire_format::json ? parse_json(bytes, content) : parse_msgpack(bytes, content);
  return !problem && content.root().kind == node_kind::object;
}

inline void check_error(const request_id& id, const request_error& error) {
  // Paths and reasons are ours alone: short, and of printable ASCII.
  for (auto& text : {error.field, error.reason}) {
    require(text.size() < 200, "an error's words are bounded");
    for (char c : text)
      require(c >= 0x20 && c < 0x7F, "an error's words are not the client's");
  }
  for (auto format : {wire_format::json, wire_format::msgpack})
    require(parses(format, encode_error(format, id, error)), "an error can be read");
}

/// Decodes `bytes` and checks what comes out.
inline incoming_batch decode_and_check(wire_format format, std::string_view bytes) {
  auto result = decode(format, bytes);
  require(!result.elements.empty(), "every message has an element");
  require(result.elements.size() <= limits::batch_requests, "a batch is bounded");
  require(result.batch || result.elements.size() == 1, "only a batch has several elements");
  for (auto& element : result.elements) {
    if (auto* text = std::get_if<std::string>(&element.id))
      require(text->size() <= limits::id_bytes, "an id is bounded");
    if (auto* error = std::get_if<request_error>(&element.content))
      check_error(element.id, *error);
  }
  return result;
}

} // namespace klatsch::protocol::fuzzing
