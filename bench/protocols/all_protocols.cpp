#include "bench/protocols/all_protocols.hpp"

#include <utility>

namespace klatsch::bench {

namespace {

using maker = std::unique_ptr<peer_protocol> (*)();

constexpr std::pair<const char*, maker> table[] = {
    {"klatsch-json", make_klatsch_json},
    {"klatsch-msgpack", make_klatsch_msgpack},
    {"plain-json", make_plain_json},
    {"socket.io", make_socket_io},
    {"nats", make_nats},
    {"xmpp", make_xmpp},
};

} // namespace

std::unique_ptr<peer_protocol> make_protocol(std::string_view name) {
  for (auto [each, make] : table)
    if (each == name)
      return make();
  return nullptr;
}

const std::vector<std::string>& protocol_names() {
  static const auto names = [] {
    std::vector<std::string> result;
    for (const auto& each : table)
      result.emplace_back(each.first);
    return result;
  }();
  return names;
}

} // namespace klatsch::bench
