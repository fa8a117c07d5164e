#include "protocol/json_writer.hpp"
#include "protocol/msgpack_writer.hpp"
#include "protocol/read_struct.hpp"
#include "protocol/write_struct.hpp"
#include "test/fuzz/decoded.hpp"

using namespace klatsch::protocol;

namespace {

template <class Writer, class T>
void check_format(wire_format format, const T& value) {
  Writer writer;
  write_struct(writer, value);
  auto bytes = writer.take();
  document content;
  auto problem =
      format == wire_format::json ? parse_json(bytes, content) : parse_msgpack(bytes, content);
  fuzzing::require(!problem, "what is written can be parsed");
  T read;
  fuzzing::require(!read_struct(content.root(), read), "what is written is valid");
  fuzzing::require(read == value, "what is written means the same");
}

} // namespace

// What is decoded from any JSON is the same after it was written and read in either format.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto decoded =
      fuzzing::decode_and_check(wire_format::json, {reinterpret_cast<const char*>(data), size});
  for (auto& element : decoded.elements)
    if (auto* request = std::get_if<any_request>(&element.content))
      std::visit(
          [](const auto& value) {
            check_format<json_writer>(wire_format::json, value);
            check_format<msgpack_writer>(wire_format::msgpack, value);
          },
          *request);
  return 0;
}
