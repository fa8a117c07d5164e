#include <cstdint>
#include <cstdlib>

#include "persistence/foreign_content.hpp"
#include "persistence/redis_log_entry.hpp"

// Any bytes as a message that lies in Redis: what is taken for one is the same when it has been
// written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace klatsch::persistence;
  const std::string_view value{reinterpret_cast<const char*>(data), size};
  try {
    const auto entry = read_log_entry(value);
    const auto again = read_log_entry(log_entry_value(entry.ts, entry.from, entry.cid, entry.text));
    if (again != entry)
      std::abort();
  } catch (const foreign_content&) {
    // Expected of most.
  }
  try {
    const auto entry = read_private_log_entry(value);
    const auto again = read_private_log_entry(
        private_log_entry_value(entry.ts, entry.from, entry.to_name, entry.cid, entry.text));
    if (again != entry)
      std::abort();
  } catch (const foreign_content&) {
    // The same.
  }
  return 0;
}
