#pragma once

#include <cstddef>
#include <cstdint>

/// The bounds of the wire protocol: one declaration each; `--print-schema`, the documents and the
/// TypeScript client take them from here. Limits that an operator may set are options (config/).
namespace klatsch::protocol::limits {

inline constexpr std::size_t id_bytes = 64;
inline constexpr std::size_t token_bytes = 64;
inline constexpr std::size_t text_code_points = 4000;
inline constexpr std::size_t name_code_points = 40;
inline constexpr std::size_t title_code_points = 80;

/// A whole WebSocket message from a client.
inline constexpr std::size_t frame_bytes = 65536;
/// Requests in one JSON-RPC batch.
inline constexpr std::size_t batch_requests = 50;
/// Objects and arrays within each other; the deepest valid request needs four.
inline constexpr std::size_t nesting_depth = 16;

/// Messages in one answer of a history.
inline constexpr std::int64_t page_messages = 100;
inline constexpr std::int64_t default_page_messages = 50;
/// Missed messages per room that a resume sends again; beyond them it says `recovered: false`.
inline constexpr std::int64_t resume_messages = 1000;
inline constexpr std::size_t resume_points = 200;
/// Members listed in the answer to a join, those online first.
inline constexpr std::size_t listed_members = 1000;
inline constexpr std::size_t listed_rooms = 1000;
inline constexpr std::size_t listed_conversations = 200;

/// The largest integer that every client's JSON can hold (2^53 - 1).
inline constexpr std::int64_t largest_integer = 9007199254740991;

} // namespace klatsch::protocol::limits
