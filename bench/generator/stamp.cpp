#include "bench/generator/stamp.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace klatsch::bench {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

namespace {

constexpr std::uint64_t letters_a = 0x6161616161616161;

void write_word(char* out, std::uint32_t word) {
  for (int i = 0; i < 8; ++i, word >>= 4)
    out[i] = static_cast<char>('a' + (word & 15));
}

/// Eight letters from a to p, four bits each, the lowest first. A loop over the letters would be a
/// tenth of what the generator spends on a delivery.
bool read_word(const char* in, std::uint32_t& out) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, in, sizeof bits);
  bits -= letters_a;
  if (bits & 0xf0f0f0f0f0f0f0f0)
    return false;
  bits = (bits | bits >> 4) & 0x00ff00ff00ff00ff;
  bits = (bits | bits >> 8) & 0x0000ffff0000ffff;
  out = static_cast<std::uint32_t>(bits | bits >> 16);
  return true;
}

} // namespace

void write_text(const stamp& what, std::size_t size, std::string& out) {
  out.assign(std::max(size, stamp_size), 'x');
  std::memcpy(out.data(), stamp_mark.data(), stamp_mark.size());
  auto* words = out.data() + stamp_mark.size();
  write_word(words, what.room);
  write_word(words + 8, what.sender);
  write_word(words + 16, what.number);
  write_word(words + 24, what.intended_us);
}

std::size_t find_stamp(std::string_view payload, std::size_t from) {
  while (from + stamp_mark.size() <= payload.size()) {
    const auto* begin = payload.data() + from;
    const auto* found = static_cast<const char*>(
        std::memchr(begin, stamp_mark[0], payload.size() - from - stamp_mark.size() + 1));
    if (!found)
      break;
    auto at = static_cast<std::size_t>(found - payload.data());
    if (std::memcmp(found, stamp_mark.data(), stamp_mark.size()) == 0)
      return at;
    from = at + 1;
  }
  return std::string_view::npos;
}

bool read_stamp(std::string_view payload, std::size_t at, stamp& out) {
  if (at > payload.size() || payload.size() - at < stamp_size)
    return false;
  const auto* words = payload.data() + at + stamp_mark.size();
  return read_word(words, out.room) && read_word(words + 8, out.sender) &&
         read_word(words + 16, out.number) && read_word(words + 24, out.intended_us);
}

} // namespace klatsch::bench
