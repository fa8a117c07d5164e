#include "net/routes.hpp"

#include <utility>

#include "actors/token.hpp"
#include "net/cookie.hpp"
#include "net/origin.hpp"

namespace klatsch::net {

const routes::row routes::table[] = {
    {"/", &routes::page},
    {"/index.html", &routes::page},
    {"/ws", &routes::web_socket},
    {"/logout", &routes::log_out},
    {"/healthz", &routes::alive},
    {"/readyz", &routes::ready},
    {"/metrics", &routes::exposition},
    {"/api/v1/cluster", &routes::cluster},
};

routes::routes(const server_options& options, server_callbacks callbacks, metrics& counters)
    : options_(options), callbacks_(std::move(callbacks)), metrics_(counters),
      assets_(options.web_root.empty() ? assets{} : assets{options.web_root}),
      content_security_policy_(
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
          "form-action 'self'; frame-ancestors " +
          options.frame_ancestors) {}

outcome routes::answer(const http_request& request) const {
  metrics_.http_requests.Increment();
  if (request.method == http_method::other) {
    auto response = text_response(405, "Only GET and HEAD are answered.");
    response.set("Allow", "GET, HEAD");
    return response;
  }
  if (!request.target.starts_with('/'))
    return text_response(400, "The target must begin with a slash.");
  const auto path = request.path();
  for (const auto& candidate : table)
    if (candidate.path == path)
      return (this->*candidate.answer)(request);
  return assets_.answer(request);
}

void routes::secure(http_response& response) const {
  response.set("Content-Security-Policy", content_security_policy_);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  // For browsers that don't know frame-ancestors; it can't name an origin.
  if (options_.frame_ancestors == "'none'")
    response.set("X-Frame-Options", "DENY");
  else if (options_.frame_ancestors == "'self'")
    response.set("X-Frame-Options", "SAMEORIGIN");
}

outcome routes::page(const http_request& request) const {
  auto response = assets_.answer(request);
  // A browser that has no token yet gets one here; a user is made of it by session.open.
  if (response.status != 404 && !cookie_token(request.joined("cookie", ";")))
    response.set("Set-Cookie", make_cookie(make_token(), options_.cookie));
  return response;
}

outcome routes::web_socket(const http_request& request) const {
  if (stopping_)
    return text_response(503, "The server stops.");
  if (!options_.holds_sessions)
    return text_response(503, "This node holds no sessions (node.roles).");
  if (callbacks_.why_no_sessions)
    if (const auto reason = callbacks_.why_no_sessions())
      return text_response(503, *reason);
  if (request.method != http_method::get || !request.has("upgrade")) {
    auto response = text_response(426, "This is the place of the WebSocket.");
    response.set("Upgrade", "websocket");
    return response;
  }
  auto token = cookie_token(request.joined("cookie", ";"));
  // Without a cookie the client must know a token or becomes a guest: no page can use what the
  // browser knows.
  if (token && !origin_allowed(request.field("origin"), request.field("host"), options_.origins))
    return text_response(403, "Pages of this origin may not use the session of the browser.");
  const auto spoken = choose_subprotocol(request.joined("sec-websocket-protocol", ","));
  if (!spoken)
    return text_response(400, "None of these subprotocols is spoken here.");
  return upgrade{*spoken, {std::move(token), {}}};
}

outcome routes::log_out(const http_request& request) const {
  http_response response;
  response.status = 303;
  response.set("Location", "/");
  response.set("Cache-Control", "no-store");
  response.set("Set-Cookie", make_cookie(make_token(), options_.cookie));
  auto token = cookie_token(request.joined("cookie", ";"));
  if (!token)
    return response;
  return log_out_first{std::move(*token), std::move(response)};
}

outcome routes::alive(const http_request&) const {
  return text_response(200, "ok");
}

outcome routes::ready(const http_request&) const {
  if (stopping_)
    return text_response(503, "stopping");
  if (callbacks_.why_not_ready)
    if (const auto reason = callbacks_.why_not_ready())
      return text_response(503, *reason);
  return text_response(200, "ready");
}

outcome routes::cluster(const http_request&) const {
  if (!callbacks_.describe_cluster)
    return text_response(404, "This node knows of no cluster.");
  http_response response;
  response.set("Content-Type", "application/json");
  response.set("Cache-Control", "no-store");
  response.body = std::make_shared<const std::string>(callbacks_.describe_cluster());
  return response;
}

outcome routes::exposition(const http_request&) const {
  http_response response;
  response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.set("Cache-Control", "no-store");
  response.body = std::make_shared<const std::string>(metrics_.exposition());
  return response;
}

} // namespace klatsch::net
