#include "bench/command_line.hpp"

#include <charconv>
#include <cstdio>
#include <functional>

namespace klatsch::bench {

namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return parts;
}

template <class Number>
Number number_of(std::string_view name, std::string_view text) {
  Number number{};
  auto end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || !(number >= 0))
    throw std::invalid_argument(
        "--" + std::string{name} + ": " + std::string{text} + " is no number");
  return number;
}

struct option {
  const char* name;
  const char* help;
  std::function<void(run_options&, std::string_view)> set;
};

/// An option that is a number, with its place among the options.
template <class Number>
option numeric(const char* name, const char* help, Number run_options::*where) {
  return {name, help, [=](run_options& options, std::string_view text) {
            options.*where = number_of<Number>(name, text);
          }};
}

const std::vector<option>& all_options() {
  static const std::vector<option> table = {
      {"servers", "addresses, as 127.0.0.1:8080,127.0.0.1:8081; members are dealt to them in turn",
       [](run_options& options, std::string_view text) {
         for (const auto& each : split(text))
           options.servers.push_back(parse_endpoint(each));
       }},
      {"protocol", "what the server speaks (see below)",
       [](run_options& options, std::string_view text) { options.protocol = text; }},
      {"peer", "the server's name in the results",
       [](run_options& options, std::string_view text) { options.peer = text; }},
      {"pids", "its processes, for their processor time and memory",
       [](run_options& options, std::string_view text) {
         for (const auto& each : split(text))
           options.processes.push_back(number_of<pid_t>("pids", each));
       }},
      {"json", "a file to which the results are appended as JSON lines",
       [](run_options& options, std::string_view text) { options.json_file = text; }},
      {"steps", "of fan-out: saturation, shares of it (20%), deliveries per second (10000)",
       [](run_options& options, std::string_view text) { options.steps = split(text); }},
      numeric("rooms", "how many rooms", &run_options::rooms),
      numeric("members", "of each room, each with a connection", &run_options::members),
      numeric("senders", "of each room, who send in turn", &run_options::senders),
      numeric(
          "window", "messages under way in each room, or of each user, in closed loops",
          &run_options::window),
      numeric("users", "of the scenarios without rooms of a size", &run_options::users),
      numeric(
          "messages", "sent to each room before a history is read, or while members are away",
          &run_options::messages),
      numeric(
          "kill", "of resume: a process of the first server, killed to make members leave",
          &run_options::killed),
      numeric("batch", "messages in a batch", &run_options::batch),
      numeric("text-bytes", "size of each text", &run_options::text_bytes),
      numeric(
          "at-once", "connections that are being set up at the same time", &run_options::at_once),
      numeric("seconds", "how long each step measures", &run_options::seconds),
      numeric("warm-up", "seconds before that", &run_options::warm_up_seconds),
      numeric(
          "patience", "seconds until what doesn't happen has failed",
          &run_options::patience_seconds),
  };
  return table;
}

void set_option(run_options& options, std::string_view argument) {
  auto equals = argument.find('=');
  if (!argument.starts_with("--") || equals == argument.npos)
    throw std::invalid_argument(std::string{argument} + " is no --name=value");
  auto name = argument.substr(2, equals - 2);
  for (const auto& each : all_options())
    if (each.name == name)
      return each.set(options, argument.substr(equals + 1));
  throw std::invalid_argument("there is no option --" + std::string{name});
}

} // namespace

run_options parse_command_line(int count, const char* const* arguments) {
  run_options options;
  if (count < 2)
    throw std::invalid_argument("say which scenario; --help lists them");
  options.scenario = arguments[1];
  for (int i = 2; i < count; ++i)
    set_option(options, arguments[i]);
  if (options.servers.empty())
    throw std::invalid_argument("say where the server is: --servers=127.0.0.1:8080");
  if (options.rooms == 0 || options.members == 0 || options.users == 0 || options.at_once == 0 ||
      options.batch == 0)
    throw std::invalid_argument("none of something can't be measured");
  if (options.peer.empty())
    options.peer = options.protocol;
  return options;
}

std::string help_text() {
  run_options defaults;
  std::string text = "klatsch-bench <scenario> --servers=<address>[,...] [--name=value...]\n\n"
                     "Scenarios:\n";
  auto row = [&](const std::string& name, const char* help) {
    text += "  " + name + std::string(name.size() < 20 ? 20 - name.size() : 1, ' ') + help + '\n';
  };
  for (const auto& each : all_scenarios())
    row(each.name, each.help);
  text += "\nOptions:\n";
  for (const auto& each : all_options())
    row(std::string{"--"} + each.name, each.help);
  text += "\nProtocols:";
  for (const auto& each : protocol_names())
    text += ' ' + each;
  return text + "\n\nThe exit code is 0 when every member got each message once and in order, 1 "
                "when not,\n2 when something else failed.\n";
}

} // namespace klatsch::bench
