// What the codec costs, in nanoseconds of one core for each message, in both wire formats.
//
//   codec_bench [milliseconds for each figure]

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "protocol/codec.hpp"

using namespace klatsch::protocol;

namespace {

/// Keeps the compiler from leaving out what nobody looks at.
std::size_t volatile sink = 0;

/// Processor time, that other programs on the same machine add less to than to the clock on the
/// wall.
double spent_nanoseconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC * 1e9;
}

template <class Work>
void measure(const char* what, double nanoseconds, std::size_t bytes, Work&& work) {
  constexpr int turn = 1000;
  double calls = 0;
  for (int i = 0; i < turn; ++i)
    sink = sink + work();
  auto begin = spent_nanoseconds();
  double spent = 0;
  while (spent < nanoseconds) {
    for (int i = 0; i < turn; ++i)
      sink = sink + work();
    calls += turn;
    spent = spent_nanoseconds() - begin;
  }
  std::printf(
      "%-44s %8.0f ns  %6zu bytes  %8.1f MB/s\n", what, spent / calls, bytes,
      static_cast<double>(bytes) * calls / spent * 1e3);
}

message example() {
  return {"beach", 123456, 1790000000123, {"k7m2p9xa", "Ann"}, std::string(100, 'x'), "c-0001"};
}

room_history_result page() {
  return {std::vector<message>(50, example()), true};
}

std::string json_request(const std::string& text) {
  return R"({"jsonrpc":"2.0","id":17,"method":"room.send","params":{"room":"beach","text":")" +
         text + R"(","cid":"c-0001"}})";
}

std::string text_in_msgpack(const std::string& text) {
  auto size = static_cast<std::uint16_t>(text.size());
  return std::string{"\xda"} + static_cast<char>(size >> 8) + static_cast<char>(size) + text;
}

std::string msgpack_request(const std::string& text) {
  return "\x84\xa7jsonrpc\xa3"
         "2.0\xa2id\x11\xa6method\xa9room.send\xa6params\x83\xa4room\xa5"
         "beach\xa4text" +
         text_in_msgpack(text) +
         "\xa3"
         "cid\xa6"
         "c-0001";
}

void measure_decoding(
    const char* what, double duration, wire_format format, const std::string& bytes) {
  auto check = decode(format, bytes);
  if (!std::holds_alternative<any_request>(check.elements.front().content)) {
    std::fprintf(stderr, "codec_bench: this is no valid request: %s\n", what);
    std::exit(1);
  }
  measure(what, duration, bytes.size(), [&] { return decode(format, bytes).elements.size(); });
}

template <class Encode>
void measure_encoding(const char* what, double duration, Encode&& encode) {
  measure(what, duration, encode().size(), [&] { return encode().size(); });
}

} // namespace

int main(int argc, char** argv) {
  double duration = (argc > 1 ? std::atoi(argv[1]) : 500) * 1e6;
  constexpr auto json = wire_format::json;
  constexpr auto msgpack = wire_format::msgpack;
  const std::string ascii(100, 'x');
  std::string emoji;
  for (int i = 0; i < 25; ++i)
    emoji += "\U0001F600";
  const auto one = example();
  const auto many = page();
  const request_id id = std::int64_t{17};

  measure_decoding("decode room.send, JSON", duration, json, json_request(ascii));
  measure_decoding("decode room.send, JSON, emoji", duration, json, json_request(emoji));
  measure_decoding("decode room.send, MessagePack", duration, msgpack, msgpack_request(ascii));
  measure_encoding(
      "encode message, JSON", duration, [&] { return encode_notification(json, one); });
  measure_encoding(
      "encode message, MessagePack", duration, [&] { return encode_notification(msgpack, one); });
  measure_encoding("encode the answer to room.send, JSON", duration, [&] {
    return encode_result(json, id, sent_result{123456, 1790000000123});
  });
  measure_encoding("encode the answer to room.send, MessagePack", duration, [&] {
    return encode_result(msgpack, id, sent_result{123456, 1790000000123});
  });
  measure_encoding("encode a page of 50 messages, JSON", duration, [&] {
    return encode_result(json, id, many);
  });
  measure_encoding("encode a page of 50 messages, MessagePack", duration, [&] {
    return encode_result(msgpack, id, many);
  });
}
