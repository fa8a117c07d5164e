#include "config/option.hpp"

namespace klatsch::config {

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    switch (c) {
    case '\n':
      result += "\\n";
      break;
    case '\r':
      result += "\\r";
      break;
    case '\t':
      result += "\\t";
      break;
    case '\\':
    case '"':
      result += '\\';
      [[fallthrough]];
    default:
      result += c;
    }
  }
  return result + '"';
}

struct writer {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return quoted(value); }
  std::string operator()(const std::vector<std::string>& values) const {
    std::string result = "[";
    for (const auto& value : values) {
      if (result.size() > 1)
        result += ", ";
      result += quoted(value);
    }
    return result + ']';
  }
};

} // namespace

std::string_view group_of(const option& described) {
  return std::string_view{described.name}.substr(0, described.name.find('.'));
}

std::string_view key_of(const option& described) {
  return std::string_view{described.name}.substr(described.name.find('.') + 1);
}

std::string environment_name(std::string_view option_name) {
  std::string result = "KLATSCH_";
  for (char c : option_name) {
    if (c == '.' || c == '-')
      result += '_';
    else
      result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

std::string written(const option_value& value) {
  return std::visit(writer{}, value);
}

std::string shown(const option& described, const option_value& value) {
  auto result = written(value);
  return described.secret && result != "\"\"" ? "\"(secret)\"" : result;
}

} // namespace klatsch::config
