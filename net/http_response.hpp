#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace klatsch::net {

/// A response without what depends on the connection. The body may be shared by many responses.
struct http_response {
  int status = 200;
  std::vector<std::pair<std::string_view, std::string>> fields;
  std::shared_ptr<const std::string> body;
  /// The connection is closed after it.
  bool close = false;

  void set(std::string_view name, std::string value) {
    fields.emplace_back(name, std::move(value));
  }
};

/// A response with a line of plain text.
http_response text_response(int status, std::string_view text);

/// The reason phrase of the status codes that klatsch uses.
std::string_view reason_phrase(int status);

/// The status line and all fields, with Date, Content-Length and Connection.
std::string response_head(const http_response& response, bool keep_alive);

} // namespace klatsch::net
