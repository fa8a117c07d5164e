#pragma once

#include <string>

namespace klatsch::protocol {

/// The whole protocol as a JSON Schema (draft 2020-12), from which the TypeScript types and the
/// tables of docs/PROTOCOL.md are generated. `$defs` has one schema for each struct; `x-methods`,
/// `x-notifications`, `x-errors`, `x-close-codes`, `x-rules` and `x-limits` say the rest. Indented,
/// in the order of declaration, with a new line at the end: `klatsch --print-schema` prints it and
/// protocol/schema.json keeps it.
std::string schema_json();

} // namespace klatsch::protocol
