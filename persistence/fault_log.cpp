#include "persistence/fault_log.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace klatsch::persistence {

fault_log::fault_log(std::string store) : store_(std::move(store)) {}

void fault_log::up() {
  if (!std::exchange(down_, false))
    return;
  spdlog::info("store {}: works again", store_);
}

void fault_log::down(std::string_view reason) {
  if (std::exchange(down_, true))
    return;
  spdlog::error("store {}: unavailable: {}", store_, reason);
}

void fault_log::damaged(std::string_view what) {
  auto now = clock::now();
  if (what == last_damage_ && now - last_damage_at_ < std::chrono::seconds(10))
    return;
  last_damage_ = what;
  last_damage_at_ = now;
  spdlog::error("store {}: foreign or damaged content: {}", store_, what);
}

} // namespace klatsch::persistence
