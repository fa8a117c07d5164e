#pragma once

#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "config/load.hpp"
#include "test/temporary_folder.hpp"

/// Calls of `config::load` as a process with these arguments, this file and this environment.
namespace klatsch::config {

struct sources {
  std::vector<std::string> arguments = {};
  std::vector<std::string> environment = {};
  /// Becomes a file, named to `load` by --config-file, unless it is empty.
  std::string file = {};
};

struct loaded {
  load_result result;
  settings values;

  bool runs() const { return result.what == load_result::action::run; }

  /// The text of a refusal; empty when there is none.
  std::string refusal() const {
    return result.what == load_result::action::refuse ? result.text : std::string{};
  }

  bool refuses_with(std::string_view part) const { return refusal().find(part) != refusal().npos; }
};

/// A file in a folder of its own that goes with it.
class temporary_file {
 public:
  explicit temporary_file(const std::string& content) { std::ofstream{path()} << content; }

  std::string path() const { return folder_.file("klatsch.conf"); }

 private:
  temporary_folder folder_;
};

inline std::vector<char*> as_c_strings(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

inline loaded load_from(sources from) {
  temporary_file file{from.file};
  from.arguments.insert(from.arguments.begin(), "klatsch");
  if (!from.file.empty())
    from.arguments.push_back("--config-file=" + file.path());
  auto arguments = as_c_strings(from.arguments);
  auto environment = as_c_strings(from.environment);
  system_config target;
  auto count = static_cast<int>(from.arguments.size());
  auto result = load(target, count, arguments.data(), environment.data());
  return {result, target.values()};
}

} // namespace klatsch::config
