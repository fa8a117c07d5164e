#pragma once

#include <string>
#include <string_view>

namespace klatsch::bench {

/// Appends a JSON string with its quotation marks. What the generator sends needs no escapes, so
/// none is made.
inline void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  out += text;
  out += '"';
}

/// `"name":"value"`
inline void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_quoted(out, name);
  out += ':';
  append_quoted(out, value);
}

} // namespace klatsch::bench
