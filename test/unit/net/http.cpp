#define CAF_SUITE http
#include "test/unit/suite.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "test/unit/net/server_fixture.hpp"

using namespace std::literals;

namespace {

constexpr auto request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"sv;

std::string value_after(const std::string& text, std::string_view name, char end) {
  const auto begin = text.find(name);
  if (begin == std::string::npos)
    return {};
  const auto from = begin + name.size();
  return text.substr(from, text.find(end, from) - from);
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(http_tests, server_fixture)

CAF_TEST(a connection is kept alive and requests may be sent ahead) {
  start();
  loopback_client client{server->port()};
  client.send(std::string{request} + std::string{request});
  for (int i = 0; i != 2; ++i) {
    const auto response = client.read_response();
    CAF_CHECK(response.starts_with("HTTP/1.1 200 OK\r\n"));
    CAF_CHECK(contains(response, "Connection: keep-alive"));
    CAF_CHECK(response.ends_with("\r\n\r\nok\n"));
  }
  client.send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const auto head = client.read_to_end();
  CAF_CHECK(contains(head, "Content-Length: 3\r\n"));
  CAF_CHECK(head.ends_with("\r\n\r\n"));
}

CAF_TEST(every response carries the security headers) {
  start();
  for (auto target : {"/", "/missing", "/healthz", "/ws"}) {
    const auto response = get(target);
    CAF_CHECK(contains(response, "Content-Security-Policy: default-src 'none'; script-src 'self'"));
    CAF_CHECK(contains(response, "frame-ancestors 'none'\r\n"));
    CAF_CHECK(contains(response, "X-Content-Type-Options: nosniff"));
    CAF_CHECK(contains(response, "Referrer-Policy: no-referrer"));
  }
  CAF_CHECK(get("/missing").starts_with("HTTP/1.1 404"));
  CAF_CHECK(get("/ws").starts_with("HTTP/1.1 426"));
}

CAF_TEST(a browser without a token gets one with the page) {
  start();
  const auto page = get("/");
  CAF_CHECK(contains(page, "<!doctype html>"));
  const auto token = value_after(page, "Set-Cookie: klatsch_session=", ';');
  CAF_CHECK_EQUAL(token.size(), 43u);
  CAF_CHECK(contains(page, "HttpOnly; SameSite=Lax\r\n"));
  CAF_CHECK(!contains(get("/", "Cookie: klatsch_session=" + token + "\r\n"), "Set-Cookie"));
  CAF_CHECK(contains(get("/", "Cookie: klatsch_session=a b\r\n"), "Set-Cookie"));
  CAF_CHECK(!contains(get("/healthz"), "Set-Cookie"));
}

CAF_TEST(log out makes the token void and gives a new one) {
  std::string voided;
  callbacks.log_out = [&](std::string token, std::function<void()> done) {
    voided = std::move(token);
    done();
  };
  start();
  const auto response = get("/logout", "Cookie: klatsch_session=abc\r\n");
  CAF_CHECK_EQUAL(voided, "abc");
  CAF_CHECK(response.starts_with("HTTP/1.1 303 See Other"));
  CAF_CHECK(contains(response, "Location: /\r\n"));
  const auto token = value_after(response, "Set-Cookie: klatsch_session=", ';');
  CAF_CHECK(token != "abc" && token.size() == 43);
  voided.clear();
  CAF_CHECK(get("/logout").starts_with("HTTP/1.1 303"));
  CAF_CHECK_EQUAL(voided, "");
}

CAF_TEST(readiness is what the node says) {
  std::optional<std::string> reason;
  callbacks.why_not_ready = [&] { return reason; };
  start();
  CAF_CHECK(get("/readyz").starts_with("HTTP/1.1 200"));
  reason = "the store is down";
  const auto response = get("/readyz");
  CAF_CHECK(response.starts_with("HTTP/1.1 503"));
  CAF_CHECK(response.ends_with("the store is down\n"));
  CAF_CHECK(get("/healthz").starts_with("HTTP/1.1 200"));
}

CAF_TEST(metrics are exposed) {
  start();
  get("/healthz");
  const auto response = get("/metrics");
  CAF_CHECK(contains(response, "text/plain; version=0.0.4"));
  CAF_CHECK(contains(response, "\nklatsch_http_requests_total 2\n"));
}

CAF_TEST(what is no request here is refused) {
  start();
  auto ask = [this](const std::string& bytes) {
    loopback_client client{server->port()};
    client.send(bytes);
    return client.read_to_end();
  };
  CAF_CHECK(ask("hello\r\n\r\n").starts_with("HTTP/1.1 400"));
  CAF_CHECK(ask("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400"));
  CAF_CHECK(ask("GET http://x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .starts_with("HTTP/1.1 400"));
  CAF_CHECK(ask("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(9000, 'x') + "\r\n\r\n")
                .starts_with("HTTP/1.1 431"));
  CAF_CHECK(
      ask("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi").starts_with("HTTP/1.1 413"));
  CAF_CHECK(ask("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                .starts_with("HTTP/1.1 413"));
  const auto post = ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  CAF_CHECK(post.starts_with("HTTP/1.1 405"));
  CAF_CHECK(contains(post, "Allow: GET, HEAD\r\n"));
  CAF_CHECK(contains(post, "Connection: close"));
  CAF_CHECK(!contains(post, "timeout"));
}

CAF_TEST(handshakes that come just when their time is over harm nobody) {
  options.header_timeout = 100ms;
  start();
  // So long that it is read in two pieces.
  const auto late = handshake("Cookie: " + std::string(1000, 'c') + "\r\n");
  for (int round = 0; round != 3; ++round) {
    std::vector<std::unique_ptr<loopback_client>> clients;
    const auto over = std::chrono::steady_clock::now() + options.header_timeout;
    for (int i = 0; i != 200; ++i)
      clients.push_back(std::make_unique<loopback_client>(server->port()));
    std::this_thread::sleep_until(over);
    for (auto& each : clients)
      each->send(late);
    for (auto& each : clients) {
      const auto answer = each->read_until("\r\n");
      CAF_CHECK(answer.empty() || answer.starts_with("HTTP/1.1 101"));
    }
  }
  CAF_CHECK(get("/").starts_with("HTTP/1.1 200"));
}

CAF_TEST(a header that does not arrive ends the connection) {
  options.header_timeout = 100ms;
  start();
  loopback_client silent{server->port()};
  loopback_client slow{server->port()};
  slow.send("GET / HT");
  CAF_CHECK_EQUAL(silent.read_to_end(), "");
  CAF_CHECK_EQUAL(slow.read_to_end(), "");
}

CAF_TEST(a connection serves a bounded number of requests) {
  options.requests_per_connection = 2;
  start();
  loopback_client client{server->port()};
  CAF_CHECK(contains(client.exchange(request), "Connection: keep-alive"));
  client.send(request);
  const auto last = client.read_to_end();
  CAF_CHECK(contains(last, "Connection: close"));
  CAF_CHECK(!contains(last, "timeout"));
}

CAF_TEST(connections over the limit are told so) {
  options.max_connections = 1;
  start();
  loopback_client first{server->port()};
  first.exchange(request);
  CAF_CHECK(get("/healthz").starts_with("HTTP/1.1 503"));
  CAF_CHECK(first.exchange(request).starts_with("HTTP/1.1 200"));
}

CAF_TEST(an address that is taken is named) {
  start();
  options.port = server->port();
  std::string reason;
  try {
    klatsch::net::server second{system, options, callbacks, environment, counters};
  } catch (const std::system_error& error) {
    reason = error.what();
  }
  CAF_CHECK(contains(reason, "127.0.0.1 port " + std::to_string(server->port())));
  CAF_CHECK(contains(reason, "in use"));
}

CAF_TEST_FIXTURE_SCOPE_END()
