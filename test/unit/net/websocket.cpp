#define CAF_SUITE websocket
#include "test/unit/suite.hpp"

#include "test/unit/net/server_fixture.hpp"

using namespace first_bytes;
using namespace std::literals;

namespace {

constexpr auto listing = R"({"jsonrpc":"2.0","id":1,"method":"room.list"})"sv;

std::string first_byte(unsigned char byte) {
  return {static_cast<char>(byte)};
}

/// Code and reason of a close frame.
std::string closed_with(const std::string& frame) {
  if (frame.size() < 3 || static_cast<unsigned char>(frame[0]) != close_frame)
    return "not closed";
  const auto code =
      static_cast<unsigned char>(frame[1]) * 256 + static_cast<unsigned char>(frame[2]);
  return std::to_string(code) + " " + frame.substr(3);
}

struct fixture : server_fixture {
  /// A client after the handshake.
  struct web_socket : loopback_client {
    web_socket(std::uint16_t port, const std::string& fields = "") : loopback_client(port) {
      response = exchange(handshake(fields));
    }
    std::string response;
  };

  /// A client that is silent between two messages gives its buffers back almost at once.
  void start_with_short_rests() {
    options.rest_after = 40ms;
    start();
  }

  bool rests(double connections = 1) {
    return eventually([&] { return counters.connections_at_rest.Value() == connections; });
  }

  std::string refusal(const std::string& fields) {
    loopback_client client{server->port()};
    return client.exchange(handshake(fields)).substr(0, 12);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(websocket_tests, fixture)

CAF_TEST(the handshake names the subprotocol that was chosen) {
  start();
  const web_socket plain{server->port()};
  CAF_CHECK(plain.response.starts_with("HTTP/1.1 101"));
  CAF_CHECK(contains(plain.response, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  CAF_CHECK(!contains(plain.response, "Sec-WebSocket-Protocol"));
  const web_socket packed{
      server->port(), "Sec-WebSocket-Protocol: x, klatsch.v1.msgpack\r\n"
                      "Sec-WebSocket-Extensions: permessage-deflate\r\n"};
  CAF_CHECK(contains(packed.response, "Sec-WebSocket-Protocol: klatsch.v1.msgpack\r\n"));
  CAF_CHECK(!contains(packed.response, "Extensions"));
  CAF_CHECK_EQUAL(refusal("Sec-WebSocket-Protocol: other\r\n"), "HTTP/1.1 400");
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 2.0; }));
}

CAF_TEST(the answer to a handshake carries the security headers) {
  start();
  const web_socket client{server->port()};
  loopback_client old{server->port()};
  const auto refused = old.exchange(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n");
  CAF_CHECK(refused.starts_with("HTTP/1.1 426"));
  for (const auto& response : {client.response, refused}) {
    CAF_CHECK(contains(response, "Content-Security-Policy: default-src 'none'"));
    CAF_CHECK(contains(response, "X-Content-Type-Options: nosniff"));
  }
}

CAF_TEST(a page of another site can not use the cookie) {
  options.origins = {"https://friend.example"};
  start();
  const auto cookie = "Cookie: klatsch_session=abc\r\n"s;
  CAF_CHECK_EQUAL(refusal(cookie + "Origin: http://evil.example\r\n"), "HTTP/1.1 403");
  CAF_CHECK_EQUAL(refusal(cookie + "Origin: null\r\n"), "HTTP/1.1 403");
  CAF_CHECK_EQUAL(refusal(cookie + "Origin: http://localhost\r\n"), "HTTP/1.1 101");
  CAF_CHECK_EQUAL(refusal(cookie + "Origin: https://friend.example\r\n"), "HTTP/1.1 101");
  CAF_CHECK_EQUAL(refusal(cookie), "HTTP/1.1 101");
  CAF_CHECK_EQUAL(refusal("Origin: http://evil.example\r\n"), "HTTP/1.1 101");
}

CAF_TEST(messages are answered one by one whole or in pieces) {
  start();
  web_socket client{server->port()};
  client.send_frame(text, listing);
  const auto answer = client.read_frame();
  CAF_CHECK(answer.starts_with(first_byte(text)));
  CAF_CHECK(contains(answer, "not_open"));
  client.send_frame(unfinished_text, listing.substr(0, 10));
  client.send_frame(ping, "in between");
  client.send_frame(continuation, listing.substr(10));
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(pong) + "in between");
  CAF_CHECK(contains(client.read_frame(), "not_open"));
  for (int i = 0; i != 20; ++i)
    client.send_frame(text, listing);
  for (int i = 0; i != 20; ++i)
    CAF_CHECK(contains(client.read_frame(), "not_open"));
}

CAF_TEST(a message may have the largest size and no more) {
  start();
  web_socket client{server->port()};
  const auto limit = klatsch::protocol::limits::frame_bytes;
  client.send_frame(text, std::string(limit - listing.size(), ' ').append(listing));
  CAF_CHECK(contains(client.read_frame(), "not_open"));
  client.send_frame(text, std::string(limit + 1, ' '));
  CAF_CHECK(closed_with(client.read_frame()).starts_with("1009"));
  CAF_CHECK_EQUAL(client.read_to_end(), "");
}

CAF_TEST(broken frames end their own connection only) {
  start();
  web_socket other{server->port()};
  auto closing = [this](unsigned char first, std::string_view payload) {
    web_socket client{server->port()};
    client.send_frame(first, payload);
    return closed_with(client.read_frame()).substr(0, 4);
  };
  CAF_CHECK_EQUAL(closing(text, "\xff\xfe"), "1007");
  CAF_CHECK_EQUAL(closing(binary, "x"), "1003");
  CAF_CHECK_EQUAL(closing(0x83, "x"), "1002");
  CAF_CHECK_EQUAL(closing(0xc1, "x"), "1002");
  CAF_CHECK_EQUAL(closing(continuation, "x"), "1002");
  CAF_CHECK_EQUAL(closing(ping, std::string(200, 'x')), "1002");
  web_socket packed{server->port(), "Sec-WebSocket-Protocol: klatsch.v1.msgpack\r\n"};
  packed.send_frame(text, listing);
  CAF_CHECK(closed_with(packed.read_frame()).starts_with("1003"));
  other.send_frame(text, listing);
  CAF_CHECK(contains(other.read_frame(), "not_open"));
}

CAF_TEST(the close of a client is answered and ends the session) {
  start();
  web_socket client{server->port()};
  client.send_frame(close_frame, "\x03\xe8");
  CAF_CHECK(closed_with(client.read_frame()).starts_with("1000"));
  CAF_CHECK_EQUAL(client.read_to_end(), "");
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 0.0; }));
  CAF_CHECK_EQUAL(counters.connections_total.Value(), 1.0);
}

CAF_TEST(a client that just goes leaves nothing behind) {
  start();
  { const web_socket client{server->port()}; }
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 0.0; }));
  CAF_CHECK(eventually([&] { return system.registry().running() == 2u; })); // the hubs
}

CAF_TEST(a silent client is asked and then closed) {
  options.idle_timeout = 200ms;
  start();
  web_socket client{server->port()};
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(ping));
  client.send_frame(pong, "");
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(ping));
  CAF_CHECK_EQUAL(closed_with(client.read_frame()), "4002 idle");
}

CAF_TEST(a client that rests is heard whatever it says) {
  start_with_short_rests();
  web_socket client{server->port()};
  CAF_REQUIRE(rests());
  client.send_frame(text, listing);
  CAF_CHECK(contains(client.read_frame(), "not_open"));
  CAF_REQUIRE(rests());
  client.send_frame(ping, "still there?");
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(pong) + "still there?");
  CAF_REQUIRE(rests());
  client.send_frame(unfinished_text, listing.substr(0, 10));
  client.send_frame(continuation, listing.substr(10));
  CAF_CHECK(contains(client.read_frame(), "not_open"));
  CAF_REQUIRE(rests());
  client.send_frame(text, "\xff\xfe");
  CAF_CHECK(closed_with(client.read_frame()).starts_with("1007"));
  CAF_CHECK(rests(0));
}

CAF_TEST(a client that only answers pings rests again at once) {
  options.idle_timeout = 2s;
  options.rest_after = 1200ms; // answers to pings come more often
  start();
  web_socket client{server->port()};
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(ping));
  CAF_REQUIRE(rests());
  client.send_frame(pong, "");
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(ping));
  CAF_CHECK_EQUAL(counters.connections_at_rest.Value(), 1.0);
}

CAF_TEST(a client does not rest within a message or a frame) {
  start_with_short_rests();
  web_socket client{server->port()};
  CAF_REQUIRE(rests());
  // Its frame with nothing in it is all that says that the message has begun.
  client.send_frame(unfinished_text, "");
  CAF_CHECK(rests(0));
  usleep(100'000);
  CAF_CHECK_EQUAL(counters.connections_at_rest.Value(), 0.0);
  client.send_frame(continuation, listing);
  CAF_CHECK(contains(client.read_frame(), "not_open"));
  CAF_REQUIRE(rests());
  // The header of a ping without its payload.
  client.send("\x89\x82mask"sv);
  CAF_CHECK(rests(0));
  usleep(100'000);
  CAF_CHECK_EQUAL(counters.connections_at_rest.Value(), 0.0);
  client.send("mm"sv);
  CAF_CHECK_EQUAL(client.read_frame().substr(0, 1), first_byte(pong));
  CAF_CHECK(rests());
}

CAF_TEST(the close of a client that rests is answered) {
  start_with_short_rests();
  web_socket client{server->port()};
  CAF_REQUIRE(rests());
  client.send_frame(close_frame, "\x03\xe8");
  CAF_CHECK(closed_with(client.read_frame()).starts_with("1000"));
  CAF_CHECK_EQUAL(client.read_to_end(), "");
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 0.0; }));
  CAF_CHECK_EQUAL(counters.connections_at_rest.Value(), 0.0);
}

CAF_TEST(a client that rests can just go) {
  start_with_short_rests();
  {
    const web_socket client{server->port()};
    CAF_REQUIRE(rests());
  }
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 0.0; }));
  CAF_CHECK_EQUAL(counters.connections_at_rest.Value(), 0.0);
}

CAF_TEST(a client that rests is asked and then closed) {
  options.rest_after = 40ms;
  options.idle_timeout = 200ms;
  start();
  web_socket client{server->port()};
  CAF_REQUIRE(rests());
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(ping));
  client.send_frame(pong, "");
  CAF_CHECK_EQUAL(client.read_frame(), first_byte(ping));
  CAF_CHECK_EQUAL(closed_with(client.read_frame()), "4002 idle");
  client.send_frame(close_frame, "\x0f\xa2");
  CAF_CHECK_EQUAL(client.read_to_end(), "");
}

CAF_TEST(clients that rest are told at the end to come back) {
  start_with_short_rests();
  web_socket first{server->port()};
  web_socket second{server->port()};
  CAF_REQUIRE(rests(2));
  std::thread stopping{[&] { server->stop(5s); }};
  for (auto client : {&first, &second}) {
    CAF_CHECK(closed_with(client->read_frame()).starts_with(R"(4000 {"retry_after_ms":)"));
    client->send_frame(close_frame, "\x0f\xa0");
    CAF_CHECK_EQUAL(client->read_to_end(), "");
  }
  stopping.join();
  CAF_CHECK_EQUAL(counters.connections_at_rest.Value(), 0.0);
}

CAF_TEST(a client that does not answer a close is dropped) {
  options.idle_timeout = 200ms;
  options.close_timeout = 200ms;
  start();
  web_socket client{server->port()};
  CAF_CHECK(!contains(client.read_to_end(), "timeout"));
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 0.0; }));
}

CAF_TEST(a client that reads too slowly is told to come back) {
  options.outbox = {100000, 4096};
  environment.options.flood_refusals = 1000000;
  environment.options.rate = 0;
  start();
  web_socket client{server->port()};
  int requests = 0;
  while (counters.slow_consumers.Value() == 0.0 && ++requests < 1000000)
    client.send_frame(text, listing);
  CAF_CHECK_EQUAL(counters.slow_consumers.Value(), 1.0);
  constexpr auto closing = "\x0f\xa1slow_consumer"sv;
  CAF_CHECK(client.read_until(closing).ends_with(closing));
}

CAF_TEST(at the end clients are told to come back) {
  start();
  web_socket first{server->port()};
  web_socket second{server->port()};
  loopback_client idle{server->port()};
  idle.exchange("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 2.0; }));
  std::thread stopping{[&] { server->stop(5s); }};
  for (auto client : {&first, &second}) {
    CAF_CHECK(closed_with(client->read_frame()).starts_with(R"(4000 {"retry_after_ms":)"));
    client->send_frame(close_frame, "\x0f\xa0");
    CAF_CHECK_EQUAL(client->read_to_end(), "");
  }
  CAF_CHECK_EQUAL(idle.read_to_end(), "");
  stopping.join();
  CAF_CHECK_EQUAL(system.registry().running(), 0u);
  CAF_CHECK(!loopback_client{server->port()}.connected());
}

CAF_TEST(at the deadline those that are left are dropped) {
  start();
  web_socket client{server->port()};
  CAF_CHECK(eventually([&] { return counters.connections.Value() == 1.0; }));
  server->stop(50ms);
  CAF_CHECK_EQUAL(system.registry().running(), 0u);
  CAF_CHECK_EQUAL(counters.connections.Value(), 0.0);
  CAF_CHECK(!contains(client.read_to_end(), "timeout"));
}

CAF_TEST_FIXTURE_SCOPE_END()
