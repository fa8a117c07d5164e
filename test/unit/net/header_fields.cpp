#define CAF_SUITE header_fields
#include "test/unit/suite.hpp"

#include "net/content_coding.hpp"
#include "net/control_frames.hpp"
#include "net/cookie.hpp"
#include "net/http_response.hpp"
#include "net/origin.hpp"
#include "net/subprotocol.hpp"

using namespace klatsch;
using namespace klatsch::net;

namespace {

const std::string token(43, 'x');

std::string token_in(const std::string& header) {
  return cookie_token(header).value_or("none");
}

} // namespace

CAF_TEST(the token is found among other cookies) {
  CAF_CHECK_EQUAL(token_in("klatsch_session=" + token), token);
  CAF_CHECK_EQUAL(token_in("theme=dark; klatsch_session=" + token + "; a=b"), token);
  CAF_CHECK_EQUAL(token_in("theme; ;;klatsch_session=" + token), token);
  CAF_CHECK_EQUAL(token_in("klatsch_session=first; klatsch_session=second"), "first");
}

CAF_TEST(what is no token is none) {
  CAF_CHECK_EQUAL(token_in(""), "none");
  CAF_CHECK_EQUAL(token_in("klatsch_session"), "none");
  CAF_CHECK_EQUAL(token_in("klatsch_session="), "none");
  CAF_CHECK_EQUAL(token_in("xklatsch_session=" + token), "none");
  CAF_CHECK_EQUAL(token_in("klatsch_sessions=" + token), "none");
  CAF_CHECK_EQUAL(token_in("Klatsch_Session=" + token), "none");
  CAF_CHECK_EQUAL(token_in("klatsch_session=\"quoted\""), "none");
  CAF_CHECK_EQUAL(token_in("klatsch_session=a b"), "none");
  CAF_CHECK_EQUAL(token_in("klatsch_session=a,b"), "none");
  CAF_CHECK_EQUAL(token_in("klatsch_session=" + std::string(65, 'x')), "none");
}

CAF_TEST(the cookie is out of reach for scripts and other sites) {
  CAF_CHECK_EQUAL(
      make_cookie("abc", {std::chrono::seconds{60}, false}),
      "klatsch_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
  CAF_CHECK_EQUAL(
      make_cookie("abc", {std::chrono::seconds{60}, true}),
      "klatsch_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
}

CAF_TEST(pages of this host may use the cookie) {
  CAF_CHECK(origin_allowed("", "chat.example", {}));
  CAF_CHECK(origin_allowed("http://chat.example", "chat.example", {}));
  CAF_CHECK(origin_allowed("https://Chat.Example", "chat.example", {}));
  CAF_CHECK(origin_allowed("http://localhost:8080", "localhost:8080", {}));
  CAF_CHECK(origin_allowed("https://chat.example", "chat.example:443", {}));
  CAF_CHECK(origin_allowed("http://[::1]:8080", "[::1]:8080", {}));
}

CAF_TEST(pages of other hosts may not ) {
  CAF_CHECK(!origin_allowed("http://evil.example", "chat.example", {}));
  CAF_CHECK(!origin_allowed("http://chat.example.evil.example", "chat.example", {}));
  CAF_CHECK(!origin_allowed("http://localhost:8081", "localhost:8080", {}));
  CAF_CHECK(!origin_allowed("https://chat.example", "chat.example:80", {}));
  CAF_CHECK(!origin_allowed("null", "chat.example", {}));
  CAF_CHECK(!origin_allowed("chat.example", "chat.example", {}));
  CAF_CHECK(!origin_allowed("http://", "", {}));
  CAF_CHECK(origin_allowed("https://a.example", "chat.example", {"https://a.example"}));
  CAF_CHECK(!origin_allowed("http://a.example", "chat.example", {"https://a.example"}));
}

CAF_TEST(Accept - Encoding is weighed) {
  auto gzip = [](std::string_view header) { return quality_of(content_coding::gzip, header); };
  CAF_CHECK_EQUAL(gzip(""), 0);
  CAF_CHECK_EQUAL(gzip("gzip, deflate, br"), 1000);
  CAF_CHECK_EQUAL(gzip("GZIP ; q=0.25"), 250);
  CAF_CHECK_EQUAL(gzip("gzip;q=0"), 0);
  CAF_CHECK_EQUAL(gzip("gzip;q=0.000"), 0);
  CAF_CHECK_EQUAL(gzip("gzip;q=1.000"), 1000);
  CAF_CHECK_EQUAL(gzip("*;q=0.5"), 500);
  CAF_CHECK_EQUAL(gzip("*, gzip;q=0"), 0);
  CAF_CHECK_EQUAL(gzip("gzip;q=abc"), 0);
  CAF_CHECK_EQUAL(gzip("gzip;quality=1"), 0);
  CAF_CHECK_EQUAL(gzip("xgzip"), 0);
  CAF_CHECK(quality_of(content_coding::identity, "gzip") > 0);
  CAF_CHECK_EQUAL(quality_of(content_coding::identity, "identity;q=0"), 0);
}

CAF_TEST(the first subprotocol that we speak is chosen) {
  using protocol::wire_format;
  CAF_CHECK(choose_subprotocol("")->format == wire_format::json);
  CAF_CHECK(choose_subprotocol("")->name == "");
  CAF_CHECK(choose_subprotocol("klatsch.v1.msgpack")->format == wire_format::msgpack);
  CAF_CHECK(choose_subprotocol("x, klatsch.v1.json,klatsch.v1.msgpack")->name == "klatsch.v1.json");
  CAF_CHECK(!choose_subprotocol("klatsch.v2.json"));
  CAF_CHECK(!choose_subprotocol("klatsch.v1.JSON"));
}

CAF_TEST(a close frame carries code and name) {
  const std::string expected = "\x88\x0c\x0f\xa0restarting";
  CAF_CHECK_EQUAL(*make_close_frame(protocol::close_code::restarting), expected);
  CAF_CHECK(is_close_frame(expected.data(), expected.size()));
  CAF_CHECK(!is_close_frame(ping_frame()->data(), ping_frame()->size()));
  CAF_CHECK_EQUAL(ping_frame()->size(), 2u);
}

CAF_TEST(a response without content has no length) {
  http_response response;
  response.status = 304;
  CAF_CHECK(response_head(response, true).find("Content-Length") == std::string::npos);
  const auto head = response_head(text_response(404, "no"), false);
  CAF_CHECK(head.starts_with("HTTP/1.1 404 Not Found\r\n"));
  CAF_CHECK(head.find("Content-Length: 3\r\n") != std::string::npos);
  CAF_CHECK(head.ends_with("Connection: close\r\n\r\n"));
}
