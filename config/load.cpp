#include "config/load.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include <caf/make_config_option.hpp>

#include "config/caf_value.hpp"
#include "config/consistency.hpp"
#include "config/option_documents.hpp"
#include "config/option_table.hpp"

namespace klatsch::config {

namespace {

using action = load_result::action;

caf::string_view as_caf(std::string_view text) {
  return {text.data(), text.size()};
}

std::string as_std(caf::string_view text) {
  return {text.begin(), text.end()};
}

/// What the command line can ask for besides options.
caf::config_option_set general_options() {
  caf::config_option_set result;
  result.add<bool>("help,h", "")
      .add<bool>("version", "")
      .add<bool>("print-config", "")
      .add<bool>("print-schema", "")
      .add<std::string>("print-options", "")
      .add<std::string>("config-file", "");
  return result;
}

class loader {
 public:
  explicit loader(system_config& target) : target_(target) {}

  void read_command_line(int argc, char** argv);
  /// The named file lies beneath the command line, so this comes before `apply_command_line`.
  void read_file();
  void apply_command_line() { apply_all(command_line_, "", "on the command line"); }
  void read_environment(char** environment);

  load_result result() const;

 private:
  bool asks_for(caf::string_view general_option) const {
    return caf::get_or(general_, general_option, false);
  }
  void refuse_argument(const std::string& argument);
  void parse_file(const std::string& path, std::string content);
  void apply_all(const caf::settings& read, const std::string& group, const std::string& where);
  void apply(const std::string& name, const caf::config_value& value, const std::string& where);
  void
  apply_to_caf(const std::string& name, const caf::config_value& value, const std::string& where);
  void refuse_value(const option& described, const std::string& value, const std::string& where);

  system_config& target_;
  caf::settings general_;
  caf::settings command_line_;
  std::vector<std::string> errors_;
};

void loader::read_command_line(int argc, char** argv) {
  auto general = general_options();
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--print-options")
      argument += "=configuration";
    bool is_general = general.parse(general_, {argument}).first == caf::pec::success;
    if (is_general && argument != "--")
      continue;
    bool is_option = target_.options().parse(command_line_, {argument}).first == caf::pec::success;
    // The arguments behind a wrong one may be secrets that were to be its value.
    if (!is_option || argument == "--")
      return refuse_argument(argument);
  }
}

void loader::refuse_argument(const std::string& argument) {
  auto assignment = argument.find('=');
  bool has_value = assignment != argument.npos;
  auto name = argument.substr(0, assignment);
  auto bare_name = name.starts_with("--") ? name.substr(2) : std::string{};
  auto value = has_value ? argument.substr(assignment + 1) : std::string{};
  auto described = find_option(bare_name);
  if (described && has_value && !value.empty())
    refuse_value(*described, value, "on the command line");
  else if (auto known = target_.options().cli_long_name_lookup(as_caf(bare_name));
           known && !value.empty())
    errors_.push_back(
        "option " + bare_name + " (on the command line): the value " + value +
        " is not allowed; allowed: CAF's type " + as_std(known->type_name()));
  else if (known || bare_name == "config-file")
    errors_.push_back("option " + bare_name + " needs a value: " + name + "=<value>");
  else
    errors_.push_back("unknown argument " + name + "; --help lists what there is");
}

void loader::read_file() {
  auto path = caf::get_if<std::string>(&general_, "config-file");
  if (!path)
    return;
  std::ifstream file{*path};
  std::ostringstream content;
  std::error_code ignored;
  if (std::filesystem::is_directory(*path, ignored))
    errno = EISDIR;
  else if (file && (file.peek() == std::ifstream::traits_type::eof() || content << file.rdbuf()))
    return parse_file(*path, content.str());
  errors_.push_back("configuration file " + *path + " can't be read: " + std::strerror(errno));
}

void loader::parse_file(const std::string& path, std::string content) {
  std::erase(content, '\r');
  // CAF takes a file that ends in the middle of a value for complete, and drops that value; with
  // one more, empty group behind it, it sees the error.
  std::istringstream lines{content + "\n[end]\n"};
  caf::settings read;
  // Without any options CAF checks the form of the file only, and so loses nothing that is wrong.
  auto problem = caf::actor_system_config::parse_config(lines, {}, read);
  if (!problem)
    return apply_all(read, "", "in " + path);
  std::string line;
  if (problem.context().match_elements<caf::settings>())
    if (auto number =
            caf::get_if<std::int64_t>(&problem.context().get_as<caf::settings>(0), "line"))
      line = ", line " + std::to_string(*number);
  errors_.push_back(
      "configuration file " + path + line +
      ": syntax error; groups are written "
      "[http], options port = 80, texts \"in double quotes\", lists [\"a\", \"b\"], "
      "comments behind a ;");
}

void loader::read_environment(char** environment) {
  constexpr std::string_view prefix = "KLATSCH_";
  for (; *environment != nullptr; ++environment) {
    std::string_view entry = *environment;
    auto name = entry.substr(0, entry.find('='));
    if (!name.starts_with(prefix))
      continue;
    const option* described = nullptr;
    for (const auto& candidate : option_table())
      if (environment_name(candidate.name) == name)
        described = &candidate;
    if (!described) {
      errors_.push_back(
          "unknown environment variable " + std::string{name} +
          ": no option has this name; --help lists them");
      continue;
    }
    auto value = entry.substr(std::min(entry.size(), name.size() + 1));
    auto where = "in the environment as " + std::string{name};
    auto parsed = to_caf_option(*described).parse(as_caf(value));
    if (parsed)
      apply(described->name, *parsed, where);
    else
      refuse_value(*described, std::string{value}, where);
  }
}

void loader::apply_all(
    const caf::settings& read, const std::string& group, const std::string& where) {
  for (const auto& [key, value] : read) {
    auto name = group.empty() ? key : group + '.' + key;
    auto members = caf::get_if<caf::settings>(&value);
    if (members)
      apply_all(*members, name, where);
    else
      apply(name, value, where);
  }
}

void loader::apply(
    const std::string& name, const caf::config_value& value, const std::string& where) {
  auto described = find_option(name);
  if (!described)
    return apply_to_caf(name, value, where);
  auto converted = to_option_value(*described, value);
  if (!converted)
    refuse_value(*described, to_string(value), where);
  else if (!described->is_allowed(*converted))
    refuse_value(*described, written(*converted), where);
  else
    described->set(target_.values(), std::move(*converted));
}

void loader::apply_to_caf(
    const std::string& name, const caf::config_value& value, const std::string& where) {
  auto known = target_.options().qualified_name_lookup(as_caf(name));
  if (!known)
    errors_.push_back("unknown option " + name + " (" + where + "); --help lists them");
  else if (known->check(value))
    errors_.push_back(
        "option " + name + " (" + where + "): the value " + to_string(value) +
        " is not allowed; allowed: CAF's type " + as_std(known->type_name()));
  else
    target_.set(as_caf(name), value);
}

void loader::refuse_value(
    const option& described, const std::string& value, const std::string& where) {
  errors_.push_back(
      "option " + described.name + " (" + where + "): the value " +
      (described.secret ? "(secret)" : value) + " is not allowed; allowed: " + described.allowed);
}

load_result loader::result() const {
  if (asks_for("help"))
    return {action::print, help_text()};
  if (asks_for("version"))
    return {action::print, "klatsch " KLATSCH_VERSION "\n"};
  auto errors = errors_;
  if (errors.empty())
    errors = inconsistencies(target_.values());
  if (!errors.empty()) {
    std::string text;
    for (const auto& error : errors)
      text += "klatsch: " + error + '\n';
    return {action::refuse, text};
  }
  if (auto form = caf::get_if<std::string>(&general_, "print-options")) {
    if (*form == "configuration")
      return {action::print, configuration_file()};
    if (*form == "markdown")
      return {action::print, options_as_markdown()};
    return {action::refuse, "klatsch: --print-options can be followed by =markdown only\n"};
  }
  if (asks_for("print-schema"))
    return {action::print_schema, {}};
  if (asks_for("print-config"))
    return {action::print, effective_configuration(target_.values())};
  return {action::run, {}};
}

} // namespace

load_result load(system_config& target, int argc, char** argv, char** environment) {
  loader reads{target};
  reads.read_command_line(argc, argv);
  reads.read_file();
  reads.apply_command_line();
  reads.read_environment(environment);
  return reads.result();
}

} // namespace klatsch::config
