#define CAF_SUITE assets
#include "test/unit/suite.hpp"

#include <filesystem>
#include <fstream>

#include "net/assets.hpp"
#include "test/temporary_folder.hpp"

using namespace klatsch::net;
namespace fs = std::filesystem;

namespace {

/// A web root in a folder of its own.
struct fixture {
  klatsch::temporary_folder folder;
  fs::path root = folder.path() / "web";

  fixture() {
    write("index.html", "<!doctype html>");
    write("assets/app-1a2b.js", "let plain");
    write("assets/app-1a2b.js.br", "brotli");
    write("assets/app-1a2b.js.gz", "gzip");
    write("../secret.txt", "secret");
  }

  void write(const std::string& name, const std::string& content) {
    const auto path = root / name;
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << content;
  }

  static http_response
  get(const assets& files,
      std::string_view target,
      std::string_view encodings = "",
      std::string_view etag = "") {
    http_request request;
    request.target = target;
    request.fields = {{"accept-encoding", encodings}, {"if-none-match", etag}};
    return files.answer(request);
  }

  static std::string field(const http_response& response, std::string_view name) {
    for (auto& [key, value] : response.fields)
      if (key == name)
        return value;
    return "none";
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(assets_tests, fixture)

CAF_TEST(the page is not cached without asking and what has a hash in its name is for good) {
  const assets files{root};
  const auto page = get(files, "/?from=somewhere");
  CAF_CHECK_EQUAL(page.status, 200);
  CAF_CHECK_EQUAL(*page.body, "<!doctype html>");
  CAF_CHECK_EQUAL(field(page, "Content-Type"), "text/html; charset=utf-8");
  CAF_CHECK_EQUAL(field(page, "Cache-Control"), "no-cache");
  const auto script = get(files, "/assets/app-1a2b.js");
  CAF_CHECK_EQUAL(field(script, "Content-Type"), "text/javascript; charset=utf-8");
  CAF_CHECK_EQUAL(field(script, "Cache-Control"), "public, max-age=31536000, immutable");
  CAF_CHECK_EQUAL(field(script, "Vary"), "Accept-Encoding");
}

CAF_TEST(the client gets the encoding that it likes best) {
  const assets files{root};
  const auto path = "/assets/app-1a2b.js";
  CAF_CHECK_EQUAL(*get(files, path).body, "let plain");
  CAF_CHECK_EQUAL(*get(files, path, "gzip, deflate, br").body, "brotli");
  CAF_CHECK_EQUAL(*get(files, path, "gzip, br;q=0.5").body, "gzip");
  CAF_CHECK_EQUAL(*get(files, path, "identity, gzip;q=0.1").body, "let plain");
  CAF_CHECK_EQUAL(field(get(files, path, "br"), "Content-Encoding"), "br");
  CAF_CHECK_EQUAL(field(get(files, path), "Content-Encoding"), "none");
  CAF_CHECK_EQUAL(*get(files, "/", "gzip, br").body, "<!doctype html>");
}

CAF_TEST(what the client has already is not sent again) {
  const assets files{root};
  const auto etag = field(get(files, "/"), "ETag");
  CAF_CHECK_EQUAL(etag.front(), '"');
  const auto same = get(files, "/", "", etag);
  CAF_CHECK_EQUAL(same.status, 304);
  CAF_CHECK(!same.body);
  CAF_CHECK_EQUAL(field(same, "ETag"), etag);
  CAF_CHECK_EQUAL(get(files, "/", "", "\"x\", W/" + etag).status, 304);
  CAF_CHECK_EQUAL(get(files, "/", "", "\"x\"").status, 200);
  const auto script = "/assets/app-1a2b.js";
  CAF_CHECK(field(get(files, script), "ETag") != field(get(files, script, "br"), "ETag"));
}

CAF_TEST(no path leads out of the folder) {
  fs::create_symlink(folder.path() / "secret.txt", root / "link.txt");
  fs::create_symlink(root / "index.html", root / "inner.html");
  const assets files{root};
  for (auto target :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/assets/../index.html", "/..\\secret.txt",
        "//index.html", "/index.html%00", "/link.txt", "/assets", "/assets/", "/missing",
        "/assets/app-1a2b.js.br", "/%69ndex.html"})
    CAF_CHECK_EQUAL(get(files, target).status, 404);
  CAF_CHECK_EQUAL(get(files, std::string_view{"/index.html\0", 12}).status, 404);
  CAF_CHECK_EQUAL(get(files, "/inner.html").status, 200);
}

CAF_TEST(the folder must be there and must not be too large) {
  CAF_CHECK_EQUAL(assets{root}.size(), 2u);
  CAF_CHECK_EQUAL(get(assets{}, "/").status, 404);
  auto load = [](const fs::path& path, std::size_t limit) {
    try {
      assets{path, limit};
      return std::string{"loaded"};
    } catch (const std::runtime_error& error) {
      return std::string{error.what()};
    }
  };
  CAF_CHECK(load(folder.path() / "nowhere", 1000).find("No such file") != std::string::npos);
  CAF_CHECK(load(root, 20).find("more than 20 bytes") != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
