#define CAF_SUITE envelope
#include "test/unit/suite.hpp"

#include "protocol/codec.hpp"
#include "test/unit/protocol/golden.hpp"

using namespace klatsch::protocol;
using namespace std::literals;

namespace {

incoming_batch read(std::string_view text) {
  return decode(wire_format::json, text);
}

const request_error* error_in(const incoming& element) {
  return std::get_if<request_error>(&element.content);
}

std::string repeated(std::string_view item, std::size_t times) {
  std::string result = "[";
  for (std::size_t i = 0; i < times; ++i) {
    result += i == 0 ? "" : ",";
    result += item;
  }
  return result + "]";
}

constexpr auto listing = R"({"jsonrpc":"2.0","id":1,"method":"room.list"})"sv;

} // namespace

CAF_TEST(a batch keeps its order and its errors stand where they belong) {
  auto batch = read(
      R"([{"jsonrpc":"2.0","id":"a","method":"room.list"}, 7,
          {"jsonrpc":"2.0","method":"room.leave","params":{"room":"beach"}},
          {"jsonrpc":"2.0","id":3,"method":"room.join","params":{}}, []])");
  CAF_CHECK(batch.batch);
  CAF_REQUIRE_EQUAL(batch.elements.size(), 5u);
  CAF_CHECK(batch.elements[0].id == request_id{"a"});
  CAF_CHECK(!error_in(batch.elements[0]));
  CAF_REQUIRE(error_in(batch.elements[1]));
  CAF_CHECK(error_in(batch.elements[1])->code == error_code::invalid_request);
  CAF_CHECK(batch.elements[1].wants_answer());
  CAF_CHECK(!error_in(batch.elements[2]));
  CAF_CHECK(!batch.elements[2].wants_answer());
  CAF_REQUIRE(error_in(batch.elements[3]));
  CAF_CHECK(error_in(batch.elements[3])->field == "room");
  CAF_REQUIRE(error_in(batch.elements[4]));
  CAF_CHECK(error_in(batch.elements[4])->code == error_code::invalid_request);
}

CAF_TEST(a batch has one to fifty requests) {
  auto largest = read(repeated(listing, limits::batch_requests));
  CAF_CHECK(largest.batch);
  CAF_CHECK_EQUAL(largest.elements.size(), limits::batch_requests);
  auto one = read(repeated(listing, 1));
  CAF_CHECK(one.batch);
  for (auto times : {std::size_t{0}, limits::batch_requests + 1}) {
    auto refused = read(repeated(listing, times));
    CAF_CHECK(!refused.batch);
    CAF_REQUIRE_EQUAL(refused.elements.size(), 1u);
    CAF_CHECK(refused.elements[0].id == request_id{nullptr});
  }
}

CAF_TEST(nesting is allowed up to its bound) {
  auto request = [](std::size_t depth) {
    // The request and its params are two levels.
    return R"({"jsonrpc":"2.0","id":1,"method":"room.list","params":{"x":)" +
           std::string(depth - 2, '[') + std::string(depth - 2, ']') + "}}";
  };
  CAF_CHECK(!error_in(read(request(limits::nesting_depth)).elements[0]));
  CAF_CHECK(error_in(read(request(limits::nesting_depth + 1)).elements[0]));
}

CAF_TEST(an unknown method in a notification is not answered) {
  auto batch = read(R"({"jsonrpc":"2.0","method":"room.destroy"})");
  CAF_REQUIRE(error_in(batch.elements[0]));
  CAF_CHECK(!batch.elements[0].wants_answer());
}

CAF_TEST(what is no request is answered even without id) {
  auto batch = read(R"({"method":"room.list"})");
  CAF_REQUIRE(error_in(batch.elements[0]));
  CAF_CHECK(batch.elements[0].id == request_id{nullptr});
}

CAF_TEST(no error repeats what the client sent) {
  constexpr auto marker = "s3cr3t"sv;
  auto vectors = {
      R"({"jsonrpc":"s3cr3t","id":1,"method":"room.list"})"sv,
      R"({"jsonrpc":"2.0","id":1,"method":"s3cr3t"})"sv,
      R"({"jsonrpc":"2.0","id":1,"method":"room.list","params":"s3cr3t"})"sv,
      R"({"jsonrpc":"2.0","id":1,"method":"room.join","params":{"room":"s3cr3t!"}})"sv,
      R"({"jsonrpc":"2.0","id":1,"method":"room.join","params":{"s3cr3t":"x"}})"sv,
      R"({"jsonrpc":"2.0","id":1,"method":"session.open","params":{"token":"s3cr3t;"}})"sv,
      R"({"s3cr3t")"sv,
  };
  for (auto text : vectors) {
    auto batch = read(text);
    auto* error = error_in(batch.elements[0]);
    CAF_REQUIRE(error);
    for (auto format : {wire_format::json, wire_format::msgpack}) {
      auto answer = encode_error(format, batch.elements[0].id, *error);
      CAF_CHECK(answer.find(marker) == std::string::npos);
    }
  }
}

CAF_TEST(the answers to a batch are one array) {
  std::vector<std::string> answers;
  for (int i = 0; i < 20; ++i)
    answers.push_back(encode_result(wire_format::json, request_id{i}, empty_result{}));
  auto text = encode_batch(wire_format::json, answers);
  rapidjson::Document parsed;
  parsed.Parse(text.data(), text.size());
  CAF_REQUIRE(parsed.IsArray());
  CAF_CHECK_EQUAL(parsed.Size(), 20u);
  CAF_CHECK_EQUAL(parsed[19]["id"].GetInt(), 19);

  for (int i = 0; i < 20; ++i)
    answers[i] = encode_result(wire_format::msgpack, request_id{i}, empty_result{});
  auto bytes = encode_batch(wire_format::msgpack, answers);
  document content;
  CAF_REQUIRE(!parse_msgpack(bytes, content));
  CAF_CHECK(content.root().kind == node_kind::array);
  CAF_CHECK_EQUAL(content.root().size, 20u);
}

CAF_TEST(no bytes at all are one error) {
  for (auto format : {wire_format::json, wire_format::msgpack}) {
    auto batch = decode(format, {});
    CAF_REQUIRE_EQUAL(batch.elements.size(), 1u);
    CAF_REQUIRE(error_in(batch.elements[0]));
    CAF_CHECK(error_in(batch.elements[0])->code == error_code::parse_error);
  }
}
