#include "net/websocket_connection.hpp"

#include <memory>
#include <string>
#include <utility>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <spdlog/spdlog.h>

#include "net/frame_reader.hpp"
#include "net/outbox.hpp"
#include "net/reconnect_spread.hpp"
#include "net/session_link.hpp"

namespace klatsch::net {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

namespace {

class websocket_connection final : public connection,
                                   public managed_connection,
                                   public outbox_owner,
                                   public std::enable_shared_from_this<websocket_connection> {
 public:
  websocket_connection(
      std::shared_ptr<event_loop> loop,
      int socket,
      connection_slots::slot slot,
      const connection_context& context,
      protocol::wire_format format)
      : loop_(std::move(loop)), slot_(std::move(slot)), context_(context), format_(format),
        box_(*loop_, socket, *this), reader_(std::make_unique<frame_reader>(box_)) {
    set_deadline(context_.options.header_timeout);
    loop_->manage(*this);
  }

  ~websocket_connection() override {
    if (session_started_)
      loop_->counters().connections.Decrement();
    if (!reader_)
      loop_->counters().connections_at_rest.Decrement();
    loop_->leave(*this);
  }

  void accept(const http_request& request, upgrade&& wanted);

  // What the session calls.
  protocol::wire_format format() const override { return format_; }
  void push(const wire_bytes& bytes) override { box_.push(bytes); }
  message_sink& sink() override { return box_; }
  void close(protocol::close_code code) override;
  void read_next() override;

  // What the loop calls.
  void tick(time_point now) override;
  void stop() override;
  void abandon() override;
  std::shared_ptr<managed_connection> keep_alive() override { return shared_from_this(); }

  // What the outbox calls.
  void on_outbox_overflow() override;
  void on_outbox_empty() override;
  void on_outbox_failed() override { abandon(); }
  void on_readable() override;

 private:
  wire_bytes close_frame(protocol::close_code code) const;

  /// `closing`: a close frame is in the outbox, the client's one is awaited. `draining`: the
  /// closing handshake is over, the outbox goes out. `lingering`: so that the last bytes arrive,
  /// the socket stays until the client closes its side.
  enum class state : std::uint8_t { handshake, open, closing, draining, lingering, gone };

  void set_deadline(std::chrono::milliseconds timeout) {
    deadline_ = std::chrono::steady_clock::now() + timeout;
  }

  void decorate(websocket::response_type& response, std::string_view subprotocol_name) const;
  void on_accepted(const boost::system::error_code& error, client_identity&& client);
  void read();
  void on_read(const boost::system::error_code& error, std::size_t bytes);
  void on_read_failed(const boost::system::error_code& error);
  void check_idle(time_point now);
  void rest();
  void wake();
  void drain();
  void linger();

  std::shared_ptr<event_loop> loop_;
  connection_slots::slot slot_;
  const connection_context& context_;
  session_link session_;
  const protocol::wire_format format_;
  state state_ = state::handshake;
  bool session_started_ = false;
  /// Of the client's messages the next one is awaited.
  bool reading_ = false;
  /// A message has come since it rested, or it never has.
  bool spoke_since_rest_ = true;
  bool pinged_ = false;
  bool client_closed_ = false;
  bool told_open_deadline_ = false;
  /// Of the present state; while it is open, that for the session to be opened.
  time_point deadline_;
  time_point last_heard_;
  /// Itself, while no read holds it: it rests or drains.
  std::shared_ptr<websocket_connection> kept_by_itself_;
  /// What has come of the current message.
  std::string message_;
  outbox box_;
  /// None while the connection is open and rests.
  std::unique_ptr<frame_reader> reader_;
};

void websocket_connection::accept(const http_request& request, upgrade&& wanted) {
  http::request<http::empty_body> handshake{http::verb::get, "/ws", 11};
  for (const auto& [name, value] : request.fields)
    handshake.insert(
        boost::beast::string_view{name.data(), name.size()},
        boost::beast::string_view{value.data(), value.size()});
  auto& stream = reader_->stream();
  stream.set_option(websocket::stream_base::decorator(
      [this, name = wanted.spoken.name](websocket::response_type& response) {
        decorate(response, name);
      }));
  stream.async_accept(
      handshake, [this, self = shared_from_this(), client = std::move(wanted.client)](
                     const boost::system::error_code& error) mutable {
        on_accepted(error, std::move(client));
      });
}

void websocket_connection::decorate(
    websocket::response_type& response, std::string_view subprotocol_name) const {
  auto view = [](std::string_view text) {
    return boost::beast::string_view{text.data(), text.size()};
  };
  response.set(http::field::server, "klatsch");
  http_response fields;
  context_.site.secure(fields);
  for (const auto& [name, value] : fields.fields)
    response.set(view(name), value);
  if (!subprotocol_name.empty() && response.result() == http::status::switching_protocols)
    response.set(http::field::sec_websocket_protocol, view(subprotocol_name));
}

void websocket_connection::on_accepted(
    const boost::system::error_code& error, client_identity&& client) {
  if (state_ != state::handshake)
    return;
  if (error) {
    // Beast has answered with the reason.
    spdlog::debug("{}: no WebSocket: {}", client.remote_address, error.message());
    box_.seal();
    return drain();
  }
  spdlog::debug("{}: WebSocket", client.remote_address);
  state_ = state::open;
  last_heard_ = std::chrono::steady_clock::now();
  set_deadline(time_to_open(context_.environment));
  session_started_ = true;
  loop_->counters().connections.Increment();
  loop_->counters().connections_total.Increment();
  session_ = {*loop_, context_.environment, shared_from_this(), std::move(client)};
  read();
}

void websocket_connection::read_next() {
  if (state_ == state::open && !reading_)
    read();
}

void websocket_connection::read() {
  reading_ = true;
  if (!reader_)
    wake();
  reader_->stream().async_read_some(
      reader_->piece(),
      [this, self = shared_from_this()](const boost::system::error_code& error, std::size_t bytes) {
        reading_ = false;
        if (state_ == state::gone)
          return;
        if (error)
          on_read_failed(error);
        else
          on_read(error, bytes);
      });
  kept_by_itself_.reset();
}

void websocket_connection::on_read(const boost::system::error_code&, std::size_t bytes) {
  if (state_ != state::open)
    return read(); // only the client's close frame matters now
  if (reader_->stream().got_text() != (format_ == protocol::wire_format::json))
    return close(protocol::close_code::unsupported_data);
  message_.append(static_cast<const char*>(reader_->piece().data()), bytes);
  if (!reader_->stream().is_message_done())
    return read();
  spoke_since_rest_ = true;
  // The session says when it wants the next one.
  if (!session_.deliver(std::make_shared<const std::string>(std::exchange(message_, {}))))
    close(protocol::close_code::internal_error);
}

/// The client has gone, or has closed, or broke the protocol: in the last two cases Beast has put
/// its close frame into the outbox.
void websocket_connection::on_read_failed(const boost::system::error_code& error) {
  session_.end();
  if (!box_.sealed())
    return abandon();
  spdlog::debug("WebSocket closed: {}", error.message());
  client_closed_ = error == websocket::error::closed;
  drain();
}

/// Nobody else may hold the connection any more.
void websocket_connection::drain() {
  state_ = state::draining;
  kept_by_itself_ = shared_from_this();
  set_deadline(context_.options.close_timeout);
  if (box_.empty())
    on_outbox_empty();
}

void websocket_connection::close(protocol::close_code code) {
  if (state_ != state::open)
    return;
  state_ = state::closing;
  box_.push(close_frame(code));
  box_.seal();
  set_deadline(context_.options.close_timeout);
  session_.end();
  message_ = {};
  if (!reading_ || !reader_)
    read();
}

/// Clients of a node that stops would all come back at once; each is told its own time instead.
wire_bytes websocket_connection::close_frame(protocol::close_code code) const {
  if (code != protocol::close_code::restarting)
    return make_close_frame(code);
  const auto delay = reconnect_delay_ms(context_.slots.taken(), context_.options.reconnect_rate);
  return make_close_frame(code, R"({"retry_after_ms":)" + std::to_string(delay) + '}');
}

void websocket_connection::on_outbox_overflow() {
  if (state_ != state::open)
    return;
  loop_->counters().slow_consumers.Increment();
  close(protocol::close_code::slow_consumer);
}

void websocket_connection::on_outbox_empty() {
  if (state_ != state::draining)
    return;
  // After its close frame a client sends nothing more.
  if (client_closed_)
    return abandon();
  state_ = state::lingering;
  box_.shutdown_send();
  linger();
  kept_by_itself_.reset();
}

void websocket_connection::linger() {
  box_.async_read_some(
      reader_->piece(),
      [this, self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        if (error)
          abandon();
        else if (state_ == state::lingering)
          linger();
      });
}

void websocket_connection::tick(time_point now) {
  if (state_ == state::open) {
    if (now >= deadline_ && !std::exchange(told_open_deadline_, true))
      session_.check_opened();
    box_.shrink();
    if (!reader_ && session_.ended())
      close(protocol::close_code::internal_error);
    else
      check_idle(now);
  } else if (now >= deadline_) {
    abandon();
  }
}

void websocket_connection::check_idle(time_point now) {
  // While the session reads nothing, nothing can be heard, and that is not the client's fault.
  if (!reading_ || (reader_ && reader_->take_heard())) {
    last_heard_ = now;
    pinged_ = false;
  }
  const auto silence = now - last_heard_;
  // Pongs come from all at the same time, and are followed by nothing.
  if (reader_ && (silence >= context_.options.rest_after || !spoke_since_rest_))
    rest();
  if (silence >= context_.options.idle_timeout) {
    close(protocol::close_code::idle);
  } else if (!pinged_ && silence >= context_.options.idle_timeout / 2) {
    pinged_ = true;
    push(ping_frame());
  }
}

/// Until the client sends something.
void websocket_connection::rest() {
  if (!reader_->between_messages() || !box_.forget_read())
    return;
  kept_by_itself_ = shared_from_this();
  reader_.reset();
  loop_->counters().connections_at_rest.Increment();
}

void websocket_connection::wake() {
  reader_ = std::make_unique<frame_reader>(box_);
  reader_->reopen();
  spoke_since_rest_ = false;
  loop_->counters().connections_at_rest.Decrement();
}

void websocket_connection::on_readable() {
  if (state_ == state::open && !reader_)
    read();
}

void websocket_connection::stop() {
  if (state_ == state::handshake)
    abandon();
  else
    close(protocol::close_code::restarting);
}

void websocket_connection::abandon() {
  if (state_ == state::gone)
    return;
  state_ = state::gone;
  const auto self = std::move(kept_by_itself_);
  box_.discard();
  box_.close();
  loop_->leave(*this);
  session_.end();
}

} // namespace

void start_websocket_connection(
    std::shared_ptr<event_loop> loop,
    tcp_socket socket,
    connection_slots::slot slot,
    const connection_context& context,
    const http_request& request,
    upgrade&& wanted) {
  boost::system::error_code closed;
  const auto descriptor = socket.release(closed);
  if (closed)
    return;
  std::make_shared<websocket_connection>(
      std::move(loop), descriptor, std::move(slot), context, wanted.spoken.format)
      ->accept(request, std::move(wanted));
}

} // namespace klatsch::net
