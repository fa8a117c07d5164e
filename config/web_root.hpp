#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace klatsch::config {

/// The folder of the browser chat: an absolute `web_root` as it is; a relative one is looked for in
/// the working directory, then in the folder of the binary and the two above it (so that
/// `build/release/klatsch` finds the tree it was built from). Nothing when there is none.
std::optional<std::filesystem::path> find_web_root(const std::string& web_root);

} // namespace klatsch::config
