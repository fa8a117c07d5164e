#include "persistence/redis_sentinels.hpp"

#include <algorithm>
#include <utility>

#include "persistence/foreign_content.hpp"
#include "persistence/redis_link.hpp"

namespace klatsch::persistence {

namespace {

constexpr std::size_t longest_host = 255;
constexpr std::int64_t largest_port = 65535;

std::string to_text(const redis_address& address) {
  return address.host + ":" + std::to_string(address.port);
}

} // namespace

redis_sentinels::redis_sentinels(
    std::vector<redis_address> sentinels, std::string master, int timeout_ms)
    : sentinels_(std::move(sentinels)), master_(std::move(master)), timeout_ms_(timeout_ms) {}

std::optional<redis_address> redis_sentinels::ask_next() {
  const auto& sentinel = sentinels_[next_];
  next_ = (next_ + 1) % sentinels_.size();
  try {
    auto primary = ask(sentinel);
    if (!primary)
      trouble_ = "sentinel " + to_text(sentinel) + ": " + trouble_;
    return primary;
  } catch (const foreign_content& e) {
    trouble_ = "sentinel " + to_text(sentinel) + " answers with " + e.what();
    return std::nullopt;
  }
}

void redis_sentinels::keep() {
  next_ = (next_ + sentinels_.size() - 1) % sentinels_.size();
}

std::optional<redis_address> redis_sentinels::ask(const redis_address& sentinel) {
  redis_link link;
  redis_reply reply;
  if (link.open(sentinel, timeout_ms_) &&
      link.append({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_}))
    reply = link.receive();
  if (!reply) {
    trouble_ = link.trouble();
    return std::nullopt;
  }
  if (reply->type == REDIS_REPLY_NIL) {
    trouble_ = "knows no master " + master_;
    return std::nullopt;
  }
  redis_value answer(reply.get());
  if (answer.is_error()) {
    trouble_ = answer.text();
    return std::nullopt;
  }
  auto host = answer[0].text();
  auto port = answer[1].number();
  if (host.empty() || host.size() > longest_host || port < 1 || port > largest_port)
    throw foreign_content("what is no address");
  return redis_address{std::string(host), static_cast<int>(port)};
}

} // namespace klatsch::persistence
