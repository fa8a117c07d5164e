#pragma once

#include <cstdint>
#include <string>

#include "config/system_config.hpp"

namespace klatsch::config {

/// What main.cpp has to do after the configuration was loaded.
struct load_result {
  enum class action : std::uint8_t {
    /// The configuration is complete and valid: serve.
    run,
    /// Print `text` to stdout and exit with 0.
    print,
    /// Print the protocol's JSON Schema to stdout and exit with 0.
    print_schema,
    /// Print `text` to stderr and exit with `exit_code_of_refusal`.
    refuse,
  };

  action what = action::run;
  /// Ends with a newline unless it is empty.
  std::string text;
};

inline constexpr int exit_code_of_refusal = 2;

/// Fills `target` from, lowest precedence first: the defaults, the file that `--config-file` names,
/// the command line (`--http.port=80`), and the environment (`KLATSCH_HTTP_PORT=80`). No file is
/// read unless it is named. Doesn't throw on bad input: every error is a refusal whose text names
/// the option, its value unless that is secret, and what is allowed.
///
/// `argv` and `environment` are as `main` gets them; `environment` ends with a null pointer.
load_result load(system_config& target, int argc, char** argv, char** environment);

} // namespace klatsch::config
