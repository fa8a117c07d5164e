#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include <sodium.h>

namespace klatsch {

/// Lets libsodium's random numbers, of which ids and tokens are made, come from a seed, so that a
/// run of the simulation can be repeated. As long as it lives; in one thread.
class seeded_randomness {
 public:
  explicit seeded_randomness(std::uint64_t seed) {
    generator().seed(seed);
    static randombytes_implementation implementation{
        [] { return "seeded"; },
        [] { return static_cast<std::uint32_t>(generator()()); },
        nullptr,
        nullptr,
        [](void* buffer, const std::size_t size) {
          auto* bytes = static_cast<unsigned char*>(buffer);
          for (std::size_t i = 0; i != size; ++i)
            bytes[i] = static_cast<unsigned char>(generator()());
        },
        nullptr};
    randombytes_set_implementation(&implementation);
  }

  ~seeded_randomness() { randombytes_set_implementation(&randombytes_sysrandom_implementation); }
  seeded_randomness(const seeded_randomness&) = delete;
  seeded_randomness& operator=(const seeded_randomness&) = delete;

 private:
  static std::mt19937_64& generator() {
    static std::mt19937_64 made;
    return made;
  }
};

} // namespace klatsch
