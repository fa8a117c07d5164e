#include "net/http_request.hpp"

#include "net/header_text.hpp"

namespace klatsch::net {

std::string_view http_request::field(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (equal_ignoring_case(key, name))
      return value;
  return {};
}

std::string http_request::joined(std::string_view name, std::string_view separator) const {
  std::string all;
  for (const auto& [key, value] : fields) {
    if (!equal_ignoring_case(key, name))
      continue;
    if (!all.empty())
      all += separator;
    all += value;
  }
  return all;
}

bool http_request::has(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (equal_ignoring_case(key, name))
      return true;
  return false;
}

} // namespace klatsch::net
