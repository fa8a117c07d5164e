#include "net/assets.hpp"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <sodium.h>

#include "net/header_text.hpp"

namespace klatsch::net {

namespace {

constexpr std::string_view immutable_folder = "/assets/";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string content{std::istreambuf_iterator<char>{in}, {}};
  if (!in)
    throw std::runtime_error{"can't read " + path.string()};
  return content;
}

std::string make_etag(const std::string& content) {
  unsigned char hash[16];
  crypto_generichash(
      hash, sizeof hash, reinterpret_cast<const unsigned char*>(content.data()), content.size(),
      nullptr, 0);
  char hex[sizeof hash * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return "\"" + std::string{hex} + "\"";
}

/// RFC 9110, 13.1.2: the weak comparison.
bool matches(std::string_view if_none_match, std::string_view etag) {
  bool found = false;
  for_each_part(if_none_match, ',', [&](std::string_view candidate) {
    if (candidate.starts_with("W/"))
      candidate.remove_prefix(2);
    found = candidate == etag || candidate == "*";
    return !found;
  });
  return found;
}

bool lies_under(const std::filesystem::path& path, const std::filesystem::path& root) {
  const auto relative = path.lexically_relative(root);
  return !relative.empty() && *relative.begin() != "..";
}

} // namespace

std::string_view content_type_of(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
  };
  for (const auto& [extension, type] : types)
    if (path.ends_with(extension))
      return type;
  return "application/octet-stream";
}

assets::assets(const std::filesystem::path& root, std::size_t bytes_limit) {
  namespace fs = std::filesystem;
  try {
    const auto real_root = fs::canonical(root);
    for (const auto& entry : fs::recursive_directory_iterator{real_root}) {
      const auto real = fs::canonical(entry.path());
      if (!fs::is_regular_file(real) || !lies_under(real, real_root))
        continue;
      load(real, "/" + entry.path().lexically_relative(real_root).generic_string(), bytes_limit);
    }
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error{"web root " + root.string() + ": " + error.code().message()};
  }
  // An encoding whose original is missing can't be served.
  std::erase_if(files_, [](const auto& entry) { return !entry.second.representations[0].body; });
}

void assets::load(
    const std::filesystem::path& path, const std::string& name, std::size_t bytes_limit) {
  if (std::filesystem::file_size(path) > bytes_limit - bytes_)
    throw std::runtime_error{
        "web root: more than " + std::to_string(bytes_limit) + " bytes of files"};
  auto content = std::make_shared<const std::string>(read_file(path));
  bytes_ += content->size();
  auto coding = content_coding::identity;
  auto base = name;
  if (name.ends_with(".br"))
    coding = content_coding::brotli;
  else if (name.ends_with(".gz"))
    coding = content_coding::gzip;
  if (coding != content_coding::identity)
    base.resize(name.size() - 3);
  auto& entry = files_[base];
  entry.content_type = content_type_of(base);
  // Names under /assets/ contain a hash of their content: another content has another name.
  entry.cache_control =
      base.starts_with(immutable_folder) ? "public, max-age=31536000, immutable" : "no-cache";
  auto etag = make_etag(*content);
  entry.representations[static_cast<std::size_t>(coding)] = {std::move(content), std::move(etag)};
}

content_coding assets::choose(const file& from, std::string_view accept_encoding) {
  auto best = content_coding::identity;
  auto best_quality = quality_of(best, accept_encoding);
  for (auto coding : {content_coding::gzip, content_coding::brotli}) {
    const auto quality = quality_of(coding, accept_encoding);
    // The smaller one, where the client wants both equally.
    if (from.representations[static_cast<std::size_t>(coding)].body && quality > 0 &&
        quality >= best_quality) {
      best = coding;
      best_quality = quality;
    }
  }
  return best;
}

http_response assets::answer(const http_request& request) const {
  const auto path = request.path() == "/" ? std::string_view{"/index.html"} : request.path();
  const auto found = files_.find(std::string{path});
  if (found == files_.end())
    return text_response(404, "There is nothing here.");
  const auto& entry = found->second;
  const auto coding = choose(entry, request.joined("accept-encoding", ","));
  const auto& chosen = entry.representations[static_cast<std::size_t>(coding)];
  http_response response;
  response.set("ETag", chosen.etag);
  response.set("Cache-Control", entry.cache_control);
  response.set("Vary", "Accept-Encoding");
  if (matches(request.joined("if-none-match", ","), chosen.etag)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", entry.content_type);
  if (coding != content_coding::identity)
    response.set("Content-Encoding", std::string{name_of(coding)});
  response.body = chosen.body;
  return response;
}

} // namespace klatsch::net
