#include "bench/generator/report.hpp"

#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace klatsch::bench {

namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (char each : text) {
    if (each == '"' || each == '\\')
      result += '\\';
    result += static_cast<unsigned char>(each) < 0x20 ? ' ' : each;
  }
  return result + '"';
}

std::string rounded(double number) {
  char text[64];
  auto digits = std::fabs(number) >= 100 ? 0 : std::fabs(number) >= 1 ? 2 : 4;
  std::snprintf(text, sizeof text, "%.*f", digits, std::isfinite(number) ? number : 0.0);
  return text;
}

} // namespace

result_line& result_line::add(std::string_view name, std::string_view text) {
  fields_.push_back({std::string{name}, std::string{text}, true});
  return *this;
}

result_line& result_line::add(std::string_view name, std::int64_t number) {
  fields_.push_back({std::string{name}, std::to_string(number), false});
  return *this;
}

result_line& result_line::add(std::string_view name, double number) {
  fields_.push_back({std::string{name}, rounded(number), false});
  return *this;
}

std::string result_line::as_json() const {
  std::string text = "{";
  for (const auto& each : fields_) {
    if (text.size() > 1)
      text += ',';
    text += quoted(each.name) + ':' + (each.is_text ? quoted(each.value) : each.value);
  }
  return text + '}';
}

std::string result_line::as_words() const {
  std::string text;
  for (const auto& each : fields_)
    text += (text.empty() ? "" : "  ") + each.name + ' ' + each.value;
  return text;
}

report::report(const std::string& json_file, result_line common) : common_(common.as_json()) {
  if (json_file.empty())
    return;
  file_.open(json_file, std::ios::app);
  if (!file_)
    throw std::runtime_error("can't write to " + json_file);
}

void report::write(const result_line& line) {
  std::printf("%s\n", line.as_words().c_str());
  std::fflush(stdout);
  if (!file_.is_open())
    return;
  auto own = line.as_json();
  file_ << common_.substr(0, common_.size() - 1)
        << (common_.size() > 2 && own.size() > 2 ? "," : "") << own.substr(1) << '\n'
        << std::flush;
}

} // namespace klatsch::bench
