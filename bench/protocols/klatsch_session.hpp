#pragma once

#include <memory>
#include <string>

#include "bench/peer_protocol.hpp"

namespace klatsch::bench {

/// What both wire formats of klatsch share: which request follows which answer, and what is
/// remembered for coming back. The ids of requests tell their kind; klatsch gives them back as they
/// are, equal ones too.
class klatsch_session : public peer_session {
 public:
  void begin(payload_sink& out) final { send_open(out); }

  void join(const std::string& room, bool first, payload_sink& out) final {
    room_ = room;
    if (first)
      send_create(room, out);
    else
      send_join(room, out);
  }

  std::string address() const final { return user_; }
  void keep_place() final { keeps_place_ = true; }

 protected:
  enum request { opening = 1, creating, joining, saying, whispering, asking };

  virtual void send_open(payload_sink& out) = 0;
  virtual void send_create(const std::string& room, payload_sink& out) = 0;
  virtual void send_join(const std::string& room, payload_sink& out) = 0;

  /// An answer without an error, other than those to `saying` and `whispering`.
  void on_answer(int id, unsigned messages, payload_sink& out, peer_events& events);
  std::string next_cid() { return "c" + std::to_string(next_cid_++); }

  std::string user_;
  std::string token_;
  std::string room_;
  /// The number of the newest message of `room_`; negative before it was joined.
  std::int64_t cursor_ = -1;
  bool keeps_place_ = false;

 private:
  std::uint64_t next_cid_ = 0;
};

/// klatsch in the wire format of this session, whose `spoken` is what it asks for.
template <class Session>
class klatsch_protocol final : public peer_protocol {
 public:
  upgrade handshake() const override { return Session::spoken(); }
  std::unique_ptr<peer_session> make_session(const std::string&, std::uint32_t) const override {
    return std::make_unique<Session>();
  }
  bool acknowledges() const override { return true; }
  bool resumes() const override { return true; }
  bool has_one_order() const override { return true; }
  bool shows_own_private() const override { return true; }
};

} // namespace klatsch::bench
