#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/content_coding.hpp"
#include "net/http_request.hpp"
#include "net/http_response.hpp"

namespace klatsch::net {

/// The files of the browser chat, read completely at the start. Requests are looked up in the map
/// and nowhere else, so that no path, however it is written, reaches the disk. Immutable, hence
/// thread-safe.
class assets {
 public:
  /// All regular files under `root` whose real place is under it; `x.br` and `x.gz` become
  /// encodings of `x`. Throws std::runtime_error when there is no such folder, it can't be read,
  /// or it holds more than `bytes_limit`.
  explicit assets(const std::filesystem::path& root, std::size_t bytes_limit = 64 * 1024 * 1024);

  /// Without files.
  assets() = default;

  /// The file of a path ("/" is /index.html), as the client's Accept-Encoding and If-None-Match
  /// want it; status 404 where there is none.
  http_response answer(const http_request& request) const;

  std::size_t size() const { return files_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct representation {
    std::shared_ptr<const std::string> body;
    /// Strong, with its quotes.
    std::string etag;
  };
  struct file {
    std::string content_type;
    std::string cache_control;
    /// By coding; those without a body don't exist.
    std::array<representation, 3> representations;
  };

  void load(const std::filesystem::path& path, const std::string& name, std::size_t bytes_limit);
  static content_coding choose(const file& from, std::string_view accept_encoding);

  std::unordered_map<std::string, file> files_;
  std::size_t bytes_ = 0;
};

/// By the extension; `application/octet-stream` for one that is unknown.
std::string_view content_type_of(std::string_view path);

} // namespace klatsch::net
