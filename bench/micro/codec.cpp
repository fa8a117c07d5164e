// What the codec costs for each message, in both wire formats. The counter `bytes` is the size of
// what is decoded or encoded.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/micro/examples.hpp"
#include "protocol/codec.hpp"

namespace klatsch::micro {

namespace {

using namespace klatsch::protocol;

constexpr auto json = wire_format::json;
constexpr auto msgpack = wire_format::msgpack;

void report_bytes(benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
  state.counters["bytes"] = static_cast<double>(size);
}

// -- decoding -------------------------------------------------------------------------------------

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

/// As long as the example's text, in bytes.
std::string emoji() {
  std::string text;
  for (int i = 0; i < 25; ++i)
    text += "\U0001F600";
  return text;
}

void decode_room_send(benchmark::State& state, wire_format format, const std::string& bytes) {
  const auto check = decode(format, bytes);
  if (!std::holds_alternative<any_request>(check.elements.front().content))
    return state.SkipWithError("this is no valid request");
  for (auto _ : state) {
    auto decoded = decode(format, bytes);
    benchmark::DoNotOptimize(decoded);
  }
  report_bytes(state, bytes.size());
}

BENCHMARK_CAPTURE(decode_room_send, json, json, json_request(example_text()));
BENCHMARK_CAPTURE(decode_room_send, json_emoji, json, json_request(emoji()));
BENCHMARK_CAPTURE(decode_room_send, msgpack, msgpack, msgpack_request(example_text()));

// -- encoding -------------------------------------------------------------------------------------

template <class Encode>
void measure_encoding(benchmark::State& state, Encode encode) {
  const auto size = encode().size();
  for (auto _ : state) {
    auto encoded = encode();
    benchmark::DoNotOptimize(encoded);
  }
  report_bytes(state, size);
}

void encode_message(benchmark::State& state, wire_format format) {
  const auto message = example_message();
  measure_encoding(state, [&] { return encode_notification(format, message); });
}

void encode_answer(benchmark::State& state, wire_format format) {
  const request_id id = std::int64_t{17};
  const sent_result answer{123456, 1790000000123};
  measure_encoding(state, [&] { return encode_result(format, id, answer); });
}

void encode_page_of_50(benchmark::State& state, wire_format format) {
  const request_id id = std::int64_t{17};
  const room_history_result page{std::vector<message>(50, example_message()), true};
  measure_encoding(state, [&] { return encode_result(format, id, page); });
}

BENCHMARK_CAPTURE(encode_message, json, json);
BENCHMARK_CAPTURE(encode_message, msgpack, msgpack);
BENCHMARK_CAPTURE(encode_answer, json, json);
BENCHMARK_CAPTURE(encode_answer, msgpack, msgpack);
BENCHMARK_CAPTURE(encode_page_of_50, json, json);
BENCHMARK_CAPTURE(encode_page_of_50, msgpack, msgpack);

} // namespace

} // namespace klatsch::micro
