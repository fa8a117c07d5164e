#pragma once

#include <cstdint>
#include <string_view>

namespace klatsch::net {

enum class content_coding : std::uint8_t { identity, gzip, brotli };

/// As in Content-Encoding; empty for identity.
std::string_view name_of(content_coding coding);

/// How much a client wants a coding, 0 (not at all) to 1000, by its Accept-Encoding (RFC 9110,
/// 12.5.3). Identity is acceptable unless it is excluded.
int quality_of(content_coding coding, std::string_view accept_encoding);

} // namespace klatsch::net
