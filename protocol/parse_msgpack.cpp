#include <msgpack.hpp>

#include "protocol/document.hpp"

namespace klatsch::protocol {

namespace {

/// Hands msgpack-c's events to the builder. The sizes that containers announce are not believed:
/// nothing is reserved by them.
struct msgpack_events : msgpack::null_visitor {
  explicit msgpack_events(document_builder& builder) : target{builder} {}

  bool visit_nil() { return target.null(); }
  bool visit_boolean(bool value) { return target.boolean(value); }
  bool visit_positive_integer(std::uint64_t value) { return target.unsigned_integer(value); }
  bool visit_negative_integer(std::int64_t value) { return target.integer(value); }
  bool visit_float32(float value) { return target.number(static_cast<double>(value)); }
  bool visit_float64(double value) { return target.number(value); }
  bool visit_str(const char* text, std::uint32_t size) { return target.string({text, size}); }
  bool visit_bin(const char*, std::uint32_t) { return target.other(); }
  bool visit_ext(const char*, std::uint32_t) { return target.other(); }
  bool start_array(std::uint32_t) { return target.begin(node_kind::array); }
  bool end_array() { return target.end(); }
  bool start_map(std::uint32_t) { return target.begin(node_kind::object); }
  bool end_map() { return target.end(); }

  document_builder& target;
};

} // namespace

std::optional<parse_problem> parse_msgpack(std::string_view bytes, document& target) {
  document_builder builder{target};
  msgpack_events events{builder};
  std::size_t parsed = 0;
  bool complete = false;
  try {
    complete = msgpack::parse(bytes.data(), bytes.size(), parsed, events);
  } catch (const std::exception&) {
    // Sizes that msgpack-c can't even count.
  }
  if (!complete || parsed != bytes.size())
    return builder.problem().value_or(parse_problem::syntax);
  return std::nullopt;
}

} // namespace klatsch::protocol
