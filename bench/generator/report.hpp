#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace klatsch::bench {

/// One line of results: names with numbers or texts, in the order in which they were added.
class result_line {
 public:
  result_line& add(std::string_view name, std::string_view text);
  result_line& add(std::string_view name, const char* text) {
    return add(name, std::string_view{text});
  }
  result_line& add(std::string_view name, std::int64_t number);
  result_line& add(std::string_view name, double number);

  std::string as_json() const;
  /// "name 17  other 4.5"
  std::string as_words() const;

 private:
  struct field {
    std::string name;
    std::string value;
    bool is_text;
  };
  std::vector<field> fields_;
};

/// Where results go: to people on standard output, and as JSON lines to a file.
class report {
 public:
  /// `json_file` may be empty; every line begins with `common`.
  report(const std::string& json_file, result_line common);

  /// The words say what is measured, the JSON in addition what is common.
  void write(const result_line& line);

 private:
  std::ofstream file_;
  std::string common_;
};

} // namespace klatsch::bench
