#include <cstdint>
#include <cstdlib>

#include "persistence/foreign_content.hpp"
#include "persistence/redis_log_entry.hpp"

// Any bytes as a message that lies in Redis: what is taken for one is the same when it has been
// written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace klatsch::persistence;
  try {
    const auto entry = read_log_entry({reinterpret_cast<const char*>(data), size});
    const auto again = read_log_entry(log_entry_value(entry.ts, entry.from, entry.cid, entry.text));
    if (again != entry)
      std::abort();
  } catch (const foreign_content&) {
    // Expected of most.
  }
  return 0;
}
