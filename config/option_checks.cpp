#include "config/option_checks.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "config/host_and_port.hpp"
#include "config/settings.hpp"
#include "protocol/field.hpp"
#include "protocol/string_check.hpp"

namespace klatsch::config {

namespace {

bool matches(const std::string& text, const std::regex& pattern) {
  return std::regex_match(text, pattern);
}

bool fits(std::string_view text, const protocol::string_rule& rule) {
  return protocol::check_string(text, rule) == protocol::string_problem::none;
}

default_room take_apart(const std::string& entry) {
  auto colon = entry.find(':');
  if (colon == std::string::npos)
    return {};
  return {entry.substr(0, colon), entry.substr(colon + 1)};
}

} // namespace

bool is_ip_address(const std::string& text) {
  in6_addr buffer;
  return inet_pton(AF_INET, text.c_str(), &buffer) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

bool is_host(const std::string& text) {
  static const std::regex name{"[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?"};
  return is_ip_address(text) || matches(text, name);
}

bool is_host_or_socket(const std::string& text) {
  // What sockaddr_un holds, with its terminating zero.
  const bool is_socket =
      text.starts_with('/') && is_path(text) && text.size() < sizeof sockaddr_un{}.sun_path;
  return is_socket || is_host(text);
}

bool is_identifier(const std::string& text) {
  return fits(text, protocol::rules::id);
}

bool is_path(const std::string& text) {
  auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= 4096 && std::ranges::none_of(text, is_control);
}

bool is_source_list(const std::string& text) {
  auto harmless = [](char c) { return c >= ' ' && c <= '~' && c != ';' && c != ','; };
  return !text.empty() && text.size() <= 1024 && std::ranges::all_of(text, harmless);
}

bool are_origins(const std::vector<std::string>& entries) {
  static const std::regex origin{R"(https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?)"};
  auto is_origin = [](const std::string& entry) {
    return entry.size() <= 255 && matches(entry, origin);
  };
  return std::ranges::all_of(entries, is_origin);
}

bool is_path_or_nothing(const std::string& text) {
  return text.empty() || is_path(text);
}

bool is_node_secret(const std::string& text) {
  return text.empty() || (text.size() >= 16 && text.size() <= 1024);
}

bool are_roles(const std::vector<std::string>& entries) {
  static const std::set<std::string> all{"web", "ws", "worker"};
  const std::set<std::string> given(entries.begin(), entries.end());
  return !given.empty() && given.size() == entries.size() && std::ranges::includes(all, given);
}

bool are_hosts_and_ports(const std::vector<std::string>& entries) {
  auto is_address = [](const std::string& entry) { return to_host_and_port(entry).has_value(); };
  return entries.size() <= 16 && std::ranges::all_of(entries, is_address);
}

bool are_rooms(const std::vector<std::string>& entries) {
  std::set<std::string> ids;
  auto is_new_room = [&ids](const std::string& entry) {
    auto [id, title] = take_apart(entry);
    return fits(id, protocol::rules::id) && fits(title, protocol::rules::title) &&
           ids.insert(id).second;
  };
  return !entries.empty() && std::ranges::all_of(entries, is_new_room);
}

std::vector<default_room> default_rooms(const settings& values) {
  std::vector<default_room> result;
  for (const auto& entry : values.rooms.defaults)
    result.push_back(take_apart(entry));
  return result;
}

} // namespace klatsch::config
