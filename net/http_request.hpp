#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace klatsch::net {

enum class http_method : std::uint8_t { get, head, other };

/// A parsed request. The views are valid only while the request is handled.
struct http_request {
  http_method method = http_method::get;
  std::string_view target;
  std::vector<std::pair<std::string_view, std::string_view>> fields;

  /// The first field of this name, empty where there is none. Case of the name doesn't matter.
  std::string_view field(std::string_view name) const;

  /// All fields of this name, joined by `separator`, as RFC 9110 allows for lists (and RFC 6265
  /// for cookies, with a semicolon).
  std::string joined(std::string_view name, std::string_view separator) const;

  bool has(std::string_view name) const;

  /// The target without its query.
  std::string_view path() const { return target.substr(0, target.find('?')); }
};

} // namespace klatsch::net
