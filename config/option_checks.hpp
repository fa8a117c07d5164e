#pragma once

#include <string>
#include <vector>

/// What the texts and lists among the options may hold. All functions are thread-safe.
namespace klatsch::config {

bool is_ip_address(const std::string& text);

/// A host name or an IP address.
bool is_host(const std::string& text);

/// Or the path of a Unix socket, which begins with a slash.
bool is_host_or_socket(const std::string& text);

/// 1 to 64 of A to Z, a to z, digits, _ and -.
bool is_identifier(const std::string& text);

/// 1 to 4096 bytes without control characters.
bool is_path(const std::string& text);

/// Sources for `frame-ancestors`: nothing that could end the directive or the header.
bool is_source_list(const std::string& text);

/// Each like "https://chat.example.org:8443".
bool are_origins(const std::vector<std::string>& entries);

bool is_path_or_nothing(const std::string& text);

/// Nothing, or 16 to 1024 bytes.
bool is_node_secret(const std::string& text);

/// Of "web", "ws" and "worker" at least one, each once, in any order.
bool are_roles(const std::vector<std::string>& entries);

/// At most 16, each like "10.0.0.5:26379".
bool are_hosts_and_ports(const std::vector<std::string>& entries);

/// At least one "id:Title", no id twice.
bool are_rooms(const std::vector<std::string>& entries);

} // namespace klatsch::config
