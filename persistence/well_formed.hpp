#pragma once

#include <string_view>

#include "persistence/requests.hpp"

/// The second line behind the protocol's own checks: what a store writes it can read back, and no
/// id can leave its place in a key.
namespace klatsch::persistence {

/// All ids, tokens and cids are identifiers, and all texts are valid UTF-8 within their bounds.
/// Nothing that is asked by a malformed id can be there, so stores answer `not_found` to it.
bool well_formed(const store_request& request);

/// The same rules for what is read back.
bool well_formed_id(std::string_view id);
bool well_formed_name(std::string_view name);
bool well_formed_title(std::string_view title);
bool well_formed_text(std::string_view text);

} // namespace klatsch::persistence
