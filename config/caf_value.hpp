#pragma once

#include <optional>

#include <caf/config_option.hpp>
#include <caf/config_value.hpp>

#include "config/option.hpp"

/// Between the options of klatsch and CAF's representation of them.
namespace klatsch::config {

/// The option as CAF has to know it to read it from the command line and the environment. Texts
/// are taken as they are; lists are written ["a", "b"], or a,b where no entry holds a comma.
caf::config_option to_caf_option(const option& described);

/// Nothing where `value` has another type than the option.
std::optional<option_value>
to_option_value(const option& described, const caf::config_value& value);

} // namespace klatsch::config
