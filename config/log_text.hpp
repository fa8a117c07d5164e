#pragma once

#include <string_view>

#include <spdlog/common.h>

/// What keeps one log message on one line, whatever it holds. Both are thread-safe.
namespace klatsch::logging {

/// Appends `text` as the content of a JSON string, without its quotes. Bytes that are not valid
/// UTF-8 become U+FFFD.
void append_as_json(std::string_view text, spdlog::memory_buf_t& line);

/// Appends `text` with control characters and invalid bytes written as \xNN.
void append_as_console_text(std::string_view text, spdlog::memory_buf_t& line);

} // namespace klatsch::logging
