#include "actors/placement.hpp"

#include <algorithm>
#include <cstring>

#include <sodium.h>

namespace klatsch {

static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == sizeof(std::uint64_t));

namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

void placement::set(const std::vector<placed_node>& workers) {
  nodes_.clear();
  for (auto& each : workers) {
    auto& added = nodes_.emplace_back(node{each.id, each.draining, {}});
    crypto_generichash(
        added.hash_key.data(), added.hash_key.size(), bytes_of(each.id), each.id.size(), nullptr,
        0);
  }
  // Equal scores are settled by the order, which must be the same everywhere.
  std::sort(nodes_.begin(), nodes_.end(), [](auto& a, auto& b) { return a.id < b.id; });
}

std::uint64_t placement::score(const node& candidate, std::string_view key) {
  std::uint64_t result = 0;
  unsigned char hash[crypto_shorthash_BYTES];
  crypto_shorthash(hash, bytes_of(key), key.size(), candidate.hash_key.data());
  // Byte by byte, so that machines of both byte orders agree.
  for (auto byte : hash)
    result = result << 8 | byte;
  return result;
}

const placement::node* placement::winner(std::string_view key) const {
  const node* best = nullptr;
  std::uint64_t best_score = 0;
  for (auto& each : nodes_) {
    if (each.draining)
      continue;
    const auto its_score = score(each, key);
    if (!best || its_score > best_score) {
      best = &each;
      best_score = its_score;
    }
  }
  return best;
}

std::string_view placement::owner(std::string_view key) const {
  const auto* best = winner(key);
  return best ? std::string_view{best->id} : std::string_view{};
}

std::vector<std::string> placement::predecessors(std::string_view key) const {
  const auto* best = winner(key);
  if (!best)
    return {};
  std::vector<ranked> others;
  for (auto& each : nodes_)
    if (&each != best)
      others.push_back({score(each, key), &each});
  std::sort(others.begin(), others.end(), [](auto& a, auto& b) { return a.score > b.score; });
  const auto best_score = score(*best, key);
  std::vector<std::string> result;
  std::size_t live = 0;
  for (auto& each : others)
    if (each.who->draining ? each.score > best_score : live++ < runners_up)
      result.push_back(each.who->id);
  return result;
}

} // namespace klatsch
