#define CAF_SUITE round_trip
#include "test/unit/suite.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include "protocol/document.hpp"
#include "protocol/inspect.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/msgpack_writer.hpp"
#include "protocol/read_struct.hpp"
#include "protocol/write_struct.hpp"
#include "test/unit/protocol/samples.hpp"

using namespace klatsch::protocol;

namespace {

template <class Writer, class T>
std::string written(const T& value) {
  Writer writer;
  write_struct(writer, value);
  return writer.take();
}

template <class T>
std::vector<char> serialised(T value) {
  std::vector<char> buffer;
  caf::binary_serializer sink{nullptr, buffer};
  CAF_CHECK(!sink(value));
  return buffer;
}

} // namespace

CAF_TEST(every message survives JSON) {
  samples::for_each_message([]<class T>(const T& value) {
    CAF_MESSAGE(T::type_name);
    auto text = written<json_writer>(value);
    document content;
    CAF_REQUIRE(!parse_json(text, content));
    T read;
    CAF_CHECK(!read_struct(content.root(), read));
    CAF_CHECK(read == value);
  });
}

CAF_TEST(every message survives MessagePack) {
  samples::for_each_message([]<class T>(const T& value) {
    CAF_MESSAGE(T::type_name);
    auto bytes = written<msgpack_writer>(value);
    document content;
    CAF_REQUIRE(!parse_msgpack(bytes, content));
    T read;
    CAF_CHECK(!read_struct(content.root(), read));
    CAF_CHECK(read == value);
  });
}

CAF_TEST(every message survives the serialisation between nodes) {
  samples::for_each_message([]<class T>(const T& value) {
    CAF_MESSAGE(T::type_name);
    auto buffer = serialised(value);
    caf::binary_deserializer source{nullptr, buffer};
    // Filled before, to see that absent values are made absent.
    T read = samples::make<T>(samples::extent::most);
    CAF_CHECK(!source(read));
    CAF_CHECK(read == value);
    CAF_CHECK_EQUAL(source.remaining(), 0u);
  });
}

CAF_TEST(a message that was cut off between nodes is refused) {
  auto buffer = serialised(samples::make<message>(samples::extent::most));
  for (std::size_t size = 0; size < buffer.size(); ++size) {
    caf::binary_deserializer source{nullptr, buffer.data(), size};
    message read;
    CAF_CHECK(source(read));
  }
}
