#define CAF_SUITE tokens
#include "test/unit/suite.hpp"

#include <set>

#include "actors/frame.hpp"
#include "actors/token.hpp"
#include "actors/token_bucket.hpp"
#include "protocol/codec.hpp"

using namespace klatsch;
using namespace std::chrono_literals;

CAF_TEST(tokens and ids keep to the rules of the protocol and do not repeat) {
  start_randomness();
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto token = make_token();
    CAF_CHECK_EQUAL(token.size(), 43u);
    CAF_CHECK_EQUAL(protocol::why_invalid(token, protocol::rules::token), "");
    CAF_CHECK_EQUAL(protocol::why_invalid(make_user_id(), protocol::rules::id), "");
    CAF_CHECK_EQUAL(protocol::why_invalid(make_guest_name(), protocol::rules::name), "");
    CAF_CHECK_GREATER_OR_EQUAL(make_session_id(), 0);
    CAF_CHECK(seen.insert(token).second);
  }
}

CAF_TEST(the hash of a token is its SHA - 256) {
  CAF_CHECK_EQUAL(
      hash_token("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

CAF_TEST(a hash and its bytes stand for each other) {
  start_randomness();
  const auto hash = hash_token(make_token());
  CAF_CHECK_EQUAL(hash_of_digest(digest_of_hash(hash)), hash);
  CAF_CHECK(digest_of_hash(hash) != digest_of_hash(hash_token(make_token())));
  for (const auto& other : {std::string{}, hash.substr(2), hash + "00", "x" + hash.substr(1)})
    CAF_CHECK(digest_of_hash(other) == token_digest{});
}

CAF_TEST(a bucket lets a burst through and then its rate) {
  token_bucket bucket{10, 3};
  const auto now = token_bucket::clock::now();
  for (int i = 0; i < 3; ++i)
    CAF_CHECK_EQUAL(bucket.take(now), 0);
  const auto wait = bucket.take(now);
  CAF_CHECK_GREATER(wait, 0);
  CAF_CHECK_LESS_OR_EQUAL(wait, 101);
  CAF_CHECK_EQUAL(bucket.take(now + std::chrono::milliseconds{wait}), 0);
}

CAF_TEST(a rate of nothing lets everything through) {
  token_bucket bucket{0, 1};
  const auto now = token_bucket::clock::now();
  for (int i = 0; i < 1000; ++i)
    CAF_CHECK_EQUAL(bucket.take(now), 0);
}

CAF_TEST(a frame has the header that its length asks for) {
  using protocol::wire_format;
  const auto tiny = make_wire_bytes(wire_format::json, std::string(125, 'x'));
  CAF_CHECK_EQUAL(tiny->size(), 127u);
  CAF_CHECK_EQUAL(tiny->substr(0, 2), "\x81\x7d");
  const auto middle = make_wire_bytes(wire_format::msgpack, std::string(126, 'x'));
  CAF_CHECK_EQUAL(middle->size(), 130u);
  CAF_CHECK_EQUAL(middle->substr(0, 4), (std::string{"\x82\x7e\x00\x7e", 4}));
  const auto large = make_wire_bytes(wire_format::json, std::string(65536, 'x'));
  CAF_CHECK_EQUAL(
      large->substr(0, 10), (std::string{"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10}));
}
