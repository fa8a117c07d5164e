#pragma once

#include <optional>
#include <string>
#include <vector>

#include <rapidjson/document.h>

#include "actors/connection.hpp"

namespace klatsch {

/// A connection that keeps what a client would get, as JSON texts.
class recorder final : public connection {
 public:
  protocol::wire_format format() const override { return protocol::wire_format::json; }

  void push(const wire_bytes& bytes) override;

  void close(protocol::close_code code) override {
    if (!closed)
      closed = code;
  }

  void read_next() override { ++reads; }

  /// Takes all notifications of this method out, as "key=value" of the given path, in order.
  std::vector<std::string> take(const std::string& method, const std::string& path);

  /// Takes the answer to this request out; null when there is none.
  rapidjson::Document answer(int id);

  std::vector<std::string> texts;
  std::optional<protocol::close_code> closed;
  int reads = 0;
  int pushes = 0;
};

} // namespace klatsch
