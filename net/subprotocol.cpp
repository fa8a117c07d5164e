#include "net/subprotocol.hpp"

#include "net/header_text.hpp"

namespace klatsch::net {

namespace {

constexpr subprotocol spoken[] = {
    {protocol::wire_format::json, "klatsch.v1.json"},
    {protocol::wire_format::msgpack, "klatsch.v1.msgpack"},
};

} // namespace

std::optional<subprotocol> choose_subprotocol(std::string_view offered) {
  if (trimmed(offered).empty())
    return subprotocol{};
  std::optional<subprotocol> chosen;
  for_each_part(offered, ',', [&](std::string_view name) {
    for (const auto& candidate : spoken)
      if (candidate.name == name)
        chosen = candidate;
    return !chosen;
  });
  return chosen;
}

} // namespace klatsch::net
