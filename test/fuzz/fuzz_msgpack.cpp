#include "test/fuzz/decoded.hpp"

// Any bytes as the binary message of a client.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace klatsch::protocol;
  fuzzing::decode_and_check(wire_format::msgpack, {reinterpret_cast<const char*>(data), size});
  return 0;
}
