#pragma once

#include <memory>
#include <string>

#include "bench/generator/delivery_checker.hpp"
#include "bench/generator/event_loop.hpp"
#include "bench/generator/web_socket.hpp"
#include "bench/peer_protocol.hpp"

namespace klatsch::bench {

/// One simulated user with one connection, and what it has received.
class member final : private web_socket::listener, private peer_events {
 public:
  /// What a scenario wants to know of its members. A failure ends the run by default: what a broken
  /// member measures is no result.
  class observer {
   public:
    virtual ~observer() = default;
    virtual void on_ready(member&) {}
    virtual void on_joined(member&) {}
    virtual void on_delivery(member&, const stamp&) {}
    virtual void on_acknowledged(member&, unsigned) {}
    virtual void on_page(member&, unsigned) {}
    virtual void on_failure(member& who, const std::string& reason);
  };

  struct place {
    std::uint32_t number = 0;
    std::uint32_t room = 0;
    std::uint32_t senders = 1;
  };

  member(
      event_loop& loop,
      const peer_protocol& protocol,
      const endpoint& server,
      const std::string& run,
      const place& where);

  void observe_with(observer& who) { observer_ = &who; }
  void connect();
  void disconnect() { socket_.close(); }
  /// For coming back at another server.
  void move_to(const endpoint& server) { server_ = server; }

  void join(const std::string& room, bool first) { session_->join(room, first, socket_); }
  void say(const std::string& room, std::string_view text) { session_->say(room, text, socket_); }
  void say_all(const std::string& room, const std::vector<std::string>& texts) {
    session_->say_all(room, texts, socket_);
  }
  void whisper(const member& to, std::string_view text) {
    session_->whisper(to.session_->address(), text, socket_);
  }
  bool ask_history(const std::string& room, unsigned limit) {
    return session_->ask_history(room, limit, socket_);
  }
  void keep_place() { session_->keep_place(); }

  std::uint32_t number() const { return where_.number; }
  std::uint32_t room() const { return where_.room; }
  delivery_checker& received() { return received_; }

 private:
  void on_open() override { session_->begin(socket_); }
  void on_payload(std::string_view payload) override { session_->receive(payload, socket_, *this); }
  void on_closed(const std::string& reason) override { observer_->on_failure(*this, reason); }

  void on_ready() override { observer_->on_ready(*this); }
  void on_joined() override { observer_->on_joined(*this); }
  void on_delivery(const stamp& what) override { observer_->on_delivery(*this, what); }
  void on_acknowledged(unsigned count) override { observer_->on_acknowledged(*this, count); }
  void on_page(unsigned messages) override { observer_->on_page(*this, messages); }
  void on_failure(const std::string& reason) override { observer_->on_failure(*this, reason); }

  const peer_protocol& protocol_;
  endpoint server_;
  place where_;
  observer* observer_ = nullptr;
  std::unique_ptr<peer_session> session_;
  web_socket socket_;
  delivery_checker received_;
};

} // namespace klatsch::bench
