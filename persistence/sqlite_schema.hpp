#pragma once

#include <span>

#include "persistence/sqlite_database.hpp"

namespace klatsch::persistence {

/// The statements that lead from one version of the schema to the next: the first one makes
/// version 1 out of an empty file. A released step is never changed; a new version appends one.
std::span<const char* const> sqlite_schema_steps();

/// Brings the file to the version that the steps lead to, in one transaction. Throws
/// std::runtime_error, and changes nothing, when the file is another program's or was written by a
/// newer klatsch.
void upgrade_schema(sqlite_database& database, std::span<const char* const> steps);

} // namespace klatsch::persistence
