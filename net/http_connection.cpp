#include "net/http_connection.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <spdlog/spdlog.h>

#include "net/websocket_connection.hpp"

namespace klatsch::net {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t header_bytes = 8 * 1024;
/// One header, and what a client that sends ahead may have sent.
constexpr std::size_t buffer_bytes = 2 * header_bytes;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

class http_connection final : public managed_connection,
                              public std::enable_shared_from_this<http_connection> {
 public:
  http_connection(
      std::shared_ptr<event_loop> loop,
      tcp_socket socket,
      connection_slots::slot slot,
      const connection_context& context)
      : loop_(std::move(loop)), socket_(std::move(socket)), slot_(std::move(slot)),
        context_(context) {
    loop_->manage(*this);
  }

  ~http_connection() override { loop_->leave(*this); }

  void read_request();

  void tick(time_point now) override {
    if (now >= deadline_)
      abandon();
  }

  void stop() override {
    // A client that has sent nothing yet, or has its answer, is told by the end of the connection.
    if (state_ != state::answering)
      abandon();
  }

  void abandon() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
    loop_->leave(*this);
  }

  std::shared_ptr<managed_connection> keep_alive() override { return shared_from_this(); }

 private:
  enum class state { reading, answering, lingering };

  void on_header(const boost::system::error_code& error);
  void on_read_failed(const boost::system::error_code& error);
  std::optional<http_response> refuse() const;
  void act(http_response&& response);
  void act(log_out_first&& first);
  void act(upgrade&& wanted);
  void respond(http_response response);
  void on_written(const boost::system::error_code& error);
  void linger();
  void set_deadline(std::chrono::milliseconds timeout) {
    deadline_ = std::chrono::steady_clock::now() + timeout;
  }

  std::shared_ptr<event_loop> loop_;
  tcp_socket socket_;
  connection_slots::slot slot_;
  const connection_context& context_;
  boost::beast::flat_buffer buffer_{buffer_bytes};
  std::optional<http::request_parser<http::empty_body>> parser_;
  http_request request_;
  std::string head_;
  std::shared_ptr<const std::string> body_;
  time_point deadline_;
  std::size_t requests_ = 0;
  state state_ = state::reading;
  bool keep_alive_ = false;
};

void http_connection::read_request() {
  state_ = state::reading;
  set_deadline(context_.options.header_timeout);
  parser_.emplace();
  parser_->header_limit(header_bytes);
  // Bodies are refused, but politely, and not by the parser. To Beast 1.74 no limit is one of 0.
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
  http::async_read_header(
      socket_, buffer_, *parser_,
      [this, self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        on_header(error);
      });
}

void http_connection::on_header(const boost::system::error_code& error) {
  if (error)
    return on_read_failed(error);
  // A read that is done already does not know that its socket has been closed since.
  if (!socket_.is_open())
    return;
  state_ = state::answering;
  set_deadline(context_.options.idle_timeout);
  const auto& message = parser_->get();
  request_.method = message.method() == http::verb::get    ? http_method::get
                    : message.method() == http::verb::head ? http_method::head
                                                           : http_method::other;
  request_.target = view(message.target());
  request_.fields.clear();
  for (const auto& field : message)
    request_.fields.emplace_back(view(field.name_string()), view(field.value()));
  keep_alive_ = message.keep_alive() && ++requests_ < context_.options.requests_per_connection;
  if (auto refusal = refuse())
    return respond(std::move(*refusal));
  std::visit([this](auto&& what) { act(std::move(what)); }, context_.site.answer(request_));
}

void http_connection::on_read_failed(const boost::system::error_code& error) {
  if (error.category() != make_error_code(http::error::bad_target).category() ||
      error == http::error::end_of_stream || error == http::error::partial_message)
    return abandon();
  keep_alive_ = false;
  request_.method = http_method::get;
  respond(
      error == http::error::header_limit || error == http::error::buffer_overflow
          ? text_response(431, "The header is too large.")
          : text_response(400, "This is not HTTP as it is understood here."));
}

/// What no path would answer.
std::optional<http_response> http_connection::refuse() const {
  std::optional<http_response> refusal;
  if (slot_.over_limit())
    refusal = text_response(503, "Too many connections.");
  else if (parser_->get().version() >= 11 && !request_.has("host"))
    refusal = text_response(400, "The Host is missing.");
  else if (
      request_.method != http_method::other && !parser_->is_done() &&
      (parser_->chunked() || parser_->content_length().value_or(0) > 0))
    refusal = text_response(413, "No request here has a body.");
  if (refusal)
    refusal->close = true;
  return refusal;
}

void http_connection::act(http_response&& response) {
  respond(std::move(response));
}

void http_connection::act(log_out_first&& first) {
  const auto& log_out = context_.site.callbacks().log_out;
  if (!log_out)
    return respond(std::move(first.response));
  log_out(
      std::move(first.token),
      [self = shared_from_this(), response = std::move(first.response)]() mutable {
        auto& io = self->loop_->io();
        asio::post(io, [self = std::move(self), response = std::move(response)]() mutable {
          self->respond(std::move(response));
        });
      });
}

void http_connection::act(upgrade&& wanted) {
  if (buffer_.size() > 0)
    return respond(text_response(400, "Frames before the handshake's answer."));
  boost::system::error_code ignored;
  const auto remote = socket_.remote_endpoint(ignored);
  wanted.client.remote_address = remote.address().to_string() + ":" + std::to_string(remote.port());
  start_websocket_connection(
      loop_, std::move(socket_), std::move(slot_), context_, request_, std::move(wanted));
}

void http_connection::respond(http_response response) {
  context_.site.secure(response);
  // The rest of a request that was refused for its form is not read.
  keep_alive_ = keep_alive_ && !response.close && !loop_->stopping() &&
                (parser_->is_done() || request_.method != http_method::other);
  head_ = response_head(response, keep_alive_);
  body_ = request_.method == http_method::head ? nullptr : std::move(response.body);
  const std::array<asio::const_buffer, 2> buffers{
      asio::buffer(head_), body_ ? asio::buffer(*body_) : asio::const_buffer{}};
  asio::async_write(
      socket_, buffers,
      [this, self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        on_written(error);
      });
}

void http_connection::on_written(const boost::system::error_code& error) {
  if (error)
    return abandon();
  body_.reset();
  if (keep_alive_ && !loop_->stopping())
    return read_request();
  boost::system::error_code ignored;
  socket_.shutdown(tcp_socket::shutdown_send, ignored);
  state_ = state::lingering;
  set_deadline(context_.options.close_timeout);
  buffer_.clear();
  linger();
}

/// Reads what the client still sends: were it unread when the socket is closed, the client would
/// get a reset instead of the answer.
void http_connection::linger() {
  socket_.async_read_some(
      buffer_.prepare(buffer_bytes),
      [this, self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        if (error || loop_->stopping())
          abandon();
        else
          linger();
      });
}

} // namespace

void start_http_connection(
    std::shared_ptr<event_loop> loop,
    tcp_socket socket,
    connection_slots::slot slot,
    const connection_context& context) {
  if (loop->stopping())
    return;
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
  socket.non_blocking(true, ignored);
  std::make_shared<http_connection>(std::move(loop), std::move(socket), std::move(slot), context)
      ->read_request();
}

} // namespace klatsch::net
