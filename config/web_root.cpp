#include "config/web_root.hpp"

#include <system_error>

namespace klatsch::config {

namespace fs = std::filesystem;

namespace {

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

} // namespace

std::optional<fs::path> find_web_root(const std::string& web_root) {
  std::error_code failed;
  auto in_working_directory = fs::absolute(web_root, failed);
  if (!failed && is_folder(in_working_directory))
    return in_working_directory;
  auto folder = fs::read_symlink("/proc/self/exe", failed).parent_path();
  if (failed || fs::path{web_root}.is_absolute())
    return std::nullopt;
  for (int above = 0; above <= 2; ++above) {
    if (is_folder(folder / web_root))
      return folder / web_root;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

} // namespace klatsch::config
