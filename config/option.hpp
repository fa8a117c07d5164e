#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"

namespace klatsch::config {

using option_value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// One option: whatever concerns it is made from this description. Immutable once in the table.
struct option {
  /// Group and name, as on the command line: "http.port".
  std::string name;
  /// One sentence or more for the operator.
  std::string help;
  /// What a value must be, as the end of a sentence: "a whole number from 1 to 65535".
  std::string allowed;
  /// Secret values are never shown.
  bool secret = false;
  option_value default_value;
  std::function<option_value(const settings&)> get;
  /// The value must have the type of `default_value`, and pass `is_allowed`.
  std::function<void(settings&, option_value)> set;
  /// The value must have the type of `default_value`.
  std::function<bool(const option_value&)> is_allowed;
  /// Integers only; equal where there are none.
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// "http" of "http.port".
std::string_view group_of(const option& described);

/// "port" of "http.port".
std::string_view key_of(const option& described);

/// "KLATSCH_HTTP_PORT" for "http.port".
std::string environment_name(std::string_view option_name);

/// As in a configuration file: 8080, true, "text", ["a", "b"].
std::string written(const option_value& value);

/// `written`, or a mask where the option is secret and its value not empty.
std::string shown(const option& described, const option_value& value);

} // namespace klatsch::config
