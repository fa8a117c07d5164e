#include "net/content_coding.hpp"

#include <optional>

#include "net/header_text.hpp"

namespace klatsch::net {

namespace {

constexpr int full_quality = 1000;

/// `q=0.5` as thousandths; what is malformed counts as 0, the careful reading.
int parse_quality(std::string_view parameter) {
  if (parameter.size() < 3 || to_lower(parameter[0]) != 'q' || parameter[1] != '=')
    return 0;
  const auto number = parameter.substr(2);
  if (number[0] == '1')
    return full_quality;
  if (number[0] != '0' || (number.size() > 1 && number[1] != '.') || number.size() > 5)
    return 0;
  int thousandths = 0;
  int place = 100;
  for (char digit : number.substr(number.size() > 1 ? 2 : 1)) {
    if (digit < '0' || digit > '9')
      return 0;
    thousandths += (digit - '0') * place;
    place /= 10;
  }
  return thousandths;
}

} // namespace

std::string_view name_of(content_coding coding) {
  switch (coding) {
  case content_coding::gzip:
    return "gzip";
  case content_coding::brotli:
    return "br";
  default:
    return {};
  }
}

int quality_of(content_coding coding, std::string_view accept_encoding) {
  const auto wanted = coding == content_coding::identity ? "identity" : name_of(coding);
  std::optional<int> named;
  std::optional<int> any;
  for_each_part(accept_encoding, ',', [&](std::string_view entry) {
    const auto semicolon = entry.find(';');
    const auto name = trimmed(entry.substr(0, semicolon));
    const auto quality = semicolon == std::string_view::npos
                             ? full_quality
                             : parse_quality(trimmed(entry.substr(semicolon + 1)));
    if (equal_ignoring_case(name, wanted))
      named = quality;
    else if (name == "*")
      any = quality;
    return true;
  });
  if (named)
    return *named;
  if (any)
    return *any;
  return coding == content_coding::identity ? 1 : 0;
}

} // namespace klatsch::net
