#define CAF_SUITE frames
#include "test/unit/suite.hpp"

#include "bench/generator/frames.hpp"

using namespace klatsch::bench;

namespace {

std::string server_frame(std::size_t size, unsigned char first = 0x81) {
  std::string bytes{static_cast<char>(first)};
  if (size < 126) {
    bytes += static_cast<char>(size);
  } else {
    int digits = size < 65536 ? 2 : 8;
    bytes += static_cast<char>(digits == 2 ? 126 : 127);
    for (int i = digits - 1; i >= 0; --i)
      bytes += static_cast<char>(size >> (8 * i));
  }
  return bytes.append(size, 'x');
}

} // namespace

CAF_TEST(frames of every form of length are taken whole) {
  for (std::size_t size : {0, 1, 125, 126, 65535, 65536, 200000}) {
    auto bytes = server_frame(size) + "rest";
    frame read;
    CAF_CHECK_EQUAL(take_server_frame(bytes, read), bytes.size() - 4);
    CAF_CHECK_EQUAL(read.payload.size(), size);
    CAF_CHECK(read.last);
    CAF_CHECK(read.kind == opcode::text);
  }
}

CAF_TEST(a frame that is incomplete is not taken) {
  for (std::size_t size : {0, 1, 125, 126, 70000}) {
    auto bytes = server_frame(size);
    frame read;
    for (std::size_t have = 0; have < bytes.size(); have += 1 + have / 50)
      CAF_CHECK_EQUAL(take_server_frame(std::string_view{bytes}.substr(0, have), read), 0u);
  }
}

CAF_TEST(the frames of a client are masked) {
  for (std::size_t size : {5, 126, 70000}) {
    std::string bytes;
    append_client_frame(bytes, opcode::binary, std::string(size, 'y'));
    CAF_CHECK_EQUAL(static_cast<unsigned char>(bytes[0]), 0x82u);
    CAF_CHECK((bytes[1] & 0x80) != 0);
    auto header = bytes.size() - size;
    CAF_CHECK_NOT_EQUAL(bytes[header], 'y');
    for (std::size_t i = 0; i < size; ++i)
      bytes[header + i] = static_cast<char>(bytes[header + i] ^ bytes[header - 4 + (i & 3)]);
    CAF_CHECK_EQUAL(bytes.substr(header), std::string(size, 'y'));
  }
}
