#include "bench/protocols/klatsch_session.hpp"

namespace klatsch::bench {

void klatsch_session::on_answer(int id, unsigned messages, payload_sink& out, peer_events& events) {
  switch (id) {
  case opening:
    return events.on_ready();
  case creating:
    return send_join(room_, out);
  case joining:
    return events.on_joined();
  case asking:
    return events.on_page(messages);
  case saying:
  case whispering:
    return events.on_acknowledged(1);
  default:
    return events.on_failure("an answer to nothing that was asked, id " + std::to_string(id));
  }
}

} // namespace klatsch::bench
