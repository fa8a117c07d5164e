#define CAF_SUITE documents
#include "test/unit/suite.hpp"

#include <set>
#include <sstream>

#include "config/option_documents.hpp"
#include "config/option_table.hpp"
#include "test/unit/config/loading.hpp"

using namespace klatsch::config;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

} // namespace

CAF_TEST(the shipped file is the one that the binary prints) {
  // When this fails: script/generate
  CAF_CHECK(content_of(KLATSCH_SOURCE_DIR "/config/klatsch.conf") == configuration_file());
}

CAF_TEST(the shipped file with every option set is the defaults) {
  std::istringstream lines{configuration_file()};
  std::string line, all_set;
  while (std::getline(lines, line))
    all_set += (line.starts_with(";") && !line.starts_with("; ") ? line.substr(1) : line) + '\n';
  auto got = load_from({.file = all_set});
  CAF_CHECK_EQUAL(got.refusal(), "");
  CAF_CHECK_EQUAL(effective_configuration(got.values), effective_configuration({}));
  CAF_CHECK_EQUAL(load_from({.file = configuration_file()}).refusal(), "");
}

CAF_TEST(the effective configuration can be loaded again) {
  auto changed = load_from(
      {.arguments = {
           "--http.port=1", "--http.origins=https://a.example", "--http.web-root=a\\b\"c",
           "--print-config"}});
  CAF_REQUIRE(changed.result.what == load_result::action::print);
  auto again = load_from({.file = changed.result.text});
  CAF_CHECK_EQUAL(again.refusal(), "");
  CAF_CHECK_EQUAL(effective_configuration(again.values), changed.result.text);
}

CAF_TEST(every option is described in all documents) {
  for (const auto& described : option_table()) {
    CAF_CHECK(!described.help.empty());
    CAF_CHECK(!described.allowed.empty());
    CAF_CHECK(described.is_allowed(described.default_value));
    CAF_CHECK(contains(help_text(), "--" + described.name + "="));
    CAF_CHECK(contains(options_as_markdown(), "| `" + described.name + "` |"));
    CAF_CHECK(contains(configuration_file(), "\n;" + std::string{key_of(described)} + " = "));
  }
}

CAF_TEST(lines of the documents are short) {
  for (const auto& text : {help_text(), configuration_file()}) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
      CAF_CHECK_LESS_OR_EQUAL(line.size(), 100u);
  }
}

CAF_TEST(names in the environment are unlike each other) {
  std::set<std::string> names;
  for (const auto& described : option_table())
    CAF_CHECK(names.insert(environment_name(described.name)).second);
  CAF_CHECK_EQUAL(
      environment_name("limits.request-timeout-ms"), "KLATSCH_LIMITS_REQUEST_TIMEOUT_MS");
}

CAF_TEST(what to print is told from serving) {
  auto text_of = [](const char* argument) {
    auto got = load_from({.arguments = {argument}});
    CAF_CHECK(got.result.what == load_result::action::print);
    return got.result.text;
  };
  CAF_CHECK_EQUAL(text_of("--help"), help_text());
  CAF_CHECK_EQUAL(text_of("-h"), help_text());
  CAF_CHECK(text_of("--version").starts_with("klatsch "));
  CAF_CHECK_EQUAL(text_of("--print-options"), configuration_file());
  CAF_CHECK_EQUAL(text_of("--print-options=markdown"), options_as_markdown());
  CAF_CHECK_EQUAL(text_of("--print-config"), effective_configuration({}));
  auto schema = load_from({.arguments = {"--print-schema"}});
  CAF_CHECK(schema.result.what == load_result::action::print_schema);
  CAF_CHECK(load_from({.arguments = {"--print-options=html"}}).refuses_with("markdown"));
}

CAF_TEST(help is given whatever else is wrong) {
  auto got = load_from({.arguments = {"--http.port=65536", "--help"}});
  CAF_CHECK(got.result.what == load_result::action::print);
}
