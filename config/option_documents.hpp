#pragma once

#include <string>

#include "config/settings.hpp"

/// The texts that are made from the option table. Each ends with a newline.
namespace klatsch::config {

/// For --help.
std::string help_text();

/// config/klatsch.conf: every option with its description and, as a comment, its default.
std::string configuration_file();

/// The table of docs/OPERATING.md, between its markers.
std::string options_as_markdown();

/// A configuration file with what is in force; secrets are masked.
std::string effective_configuration(const settings& values);

} // namespace klatsch::config
