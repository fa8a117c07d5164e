#include "config/option_documents.hpp"

#include <string_view>

#include "config/option_table.hpp"

namespace klatsch::config {

namespace {

/// Breaks `text` between words into lines of at most `width` bytes, each behind `indent`.
std::string wrapped(std::string_view text, std::string_view indent, std::size_t width) {
  std::string result;
  std::string line{indent};
  while (!text.empty()) {
    auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size() + (word.size() < text.size() ? 1 : 0));
    if (line.size() > indent.size() && line.size() + 1 + word.size() > width) {
      result += line + '\n';
      line = indent;
    }
    if (line.size() > indent.size())
      line += ' ';
    line += word;
  }
  return result + line + '\n';
}

std::string in_code(std::string_view text) {
  return '`' + std::string{text} + '`';
}

/// Calls `begin_group` before the first option of each group, and `add` for each option.
template <class BeginGroup, class Add>
void for_each_option(BeginGroup begin_group, Add add) {
  std::string_view group;
  for (const auto& described : option_table()) {
    if (group_of(described) != group) {
      group = group_of(described);
      begin_group(group);
    }
    add(described);
  }
}

constexpr std::string_view head_of_file =
    R"(; The configuration of klatsch. Every option stands here with its default; remove the ; before one
; to set it. Texts stand in "double quotes", lists in ["square", "brackets"].
;
; An option can also be set on the command line (--http.port=9000) and in the environment
; (KLATSCH_HTTP_PORT=9000). The environment overrides the command line, which overrides this file.
;
; This file is made by `klatsch --print-options` from config/option_table.cpp.
)";

constexpr std::string_view head_of_help = R"(klatsch, a chat engine.

Usage: klatsch [--config-file=<path>] [--<option>=<value>...]

  --config-file=<path>   reads options from this file; without it none is read
  --help, -h             prints this text
  --version              prints the version
  --print-config         prints the configuration in force, without secrets
  --print-options        prints a configuration file with every option and its default
  --print-options=markdown
                         prints the table of the options for the documents
  --print-schema         prints the JSON Schema of the wire protocol

Options are set, the later overriding the earlier, in the configuration file, on the command line
and in the environment: --http.port=9000 is KLATSCH_HTTP_PORT=9000. Lists are written a,b or
["a", "b"]. CAF's own options (scheduler.max-threads and the like) can be set in the file and on
the command line.
)";

} // namespace

std::string help_text() {
  std::string result{head_of_help};
  for_each_option(
      [&](std::string_view) { result += '\n'; },
      [&](const option& described) {
        result += "  --" + described.name + '=' + shown(described, described.default_value) + '\n';
        result += wrapped(described.help, "      ", 100);
        result += wrapped("Allowed: " + described.allowed + '.', "      ", 100);
      });
  return result;
}

std::string configuration_file() {
  std::string result{head_of_file};
  for_each_option(
      [&](std::string_view group) { result += "\n[" + std::string{group} + "]\n"; },
      [&](const option& described) {
        result += '\n' + wrapped(described.help, "; ", 100);
        result += wrapped("Allowed: " + described.allowed + '.', "; ", 100);
        result += ';' + std::string{key_of(described)} + " = ";
        result += written(described.default_value) + '\n';
      });
  return result;
}

std::string options_as_markdown() {
  std::string result = "| Option | Default | Allowed | What it does |\n|---|---|---|---|\n";
  for (const auto& described : option_table()) {
    result += "| " + in_code(described.name) + " | " + in_code(written(described.default_value));
    result += " | " + described.allowed + " | " + described.help + " |\n";
  }
  return result;
}

std::string effective_configuration(const settings& values) {
  std::string result;
  for_each_option(
      [&](std::string_view group) {
        result += (result.empty() ? "[" : "\n[") + std::string{group} + "]\n";
      },
      [&](const option& described) {
        result += std::string{key_of(described)} + " = ";
        result += shown(described, described.get(values)) + '\n';
      });
  return result;
}

} // namespace klatsch::config
