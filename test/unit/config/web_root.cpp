#define CAF_SUITE web_root
#include "test/unit/suite.hpp"

#include "config/web_root.hpp"
#include "test/unit/config/loading.hpp"

using namespace klatsch::config;

CAF_TEST(a folder is found by its whole path and nowhere else) {
  temporary_file beside{""};
  auto folder = std::filesystem::path{beside.path()}.parent_path();
  CAF_CHECK(find_web_root(folder.string()) == folder);
  CAF_CHECK(!find_web_root(folder.string() + "-is-missing"));
  CAF_CHECK(!find_web_root(beside.path()));
}

CAF_TEST(a folder is found in the working directory) {
  temporary_file beside{""};
  auto folder = std::filesystem::path{beside.path()}.parent_path();
  std::filesystem::create_directories(folder / "web/dist");
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  auto found = find_web_root("web/dist");
  std::filesystem::current_path(before);
  CAF_REQUIRE(found);
  CAF_CHECK(std::filesystem::equivalent(*found, folder / "web/dist"));
}

CAF_TEST(a folder is found above the binary) {
  auto binary = std::filesystem::read_symlink("/proc/self/exe");
  temporary_file elsewhere{""};
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(std::filesystem::path{elsewhere.path()}.parent_path());
  auto name = binary.parent_path().filename().string();
  auto found = find_web_root(name);
  auto missing = find_web_root("there-is-no-such-folder");
  std::filesystem::current_path(before);
  CAF_CHECK(found == binary.parent_path());
  CAF_CHECK(!missing);
}
