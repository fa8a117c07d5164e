#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace klatsch::net {

/// Whether a page of this Origin may use the browser's cookie: it came from this very host and
/// port (as the browser sees them in Host), or is among `allowed` ("https://chat.example").
/// An empty Origin comes from a client that is no browser, and may.
bool origin_allowed(
    std::string_view origin, std::string_view host, const std::vector<std::string>& allowed);

} // namespace klatsch::net
