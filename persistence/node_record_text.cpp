#include "persistence/node_record_text.hpp"

#include <algorithm>
#include <charconv>

#include "persistence/well_formed.hpp"
#include "protocol/limits.hpp"

namespace klatsch::persistence {

namespace {

constexpr std::int64_t largest_port = 65535;

/// The parts of `text`, empty ones too.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

/// Ids, separated by commas; none where the text is empty.
std::vector<std::string> ids_in(std::string_view text) {
  if (text.empty())
    return {};
  auto parts = split(text, ',');
  return {parts.begin(), parts.end()};
}

std::string joined(const std::vector<std::string>& ids) {
  std::string text;
  for (auto& id : ids)
    text += (text.empty() ? "" : ",") + id;
  return text;
}

bool are_ids(const std::vector<std::string>& ids, std::size_t most) {
  return ids.size() <= most && std::all_of(ids.begin(), ids.end(), well_formed_id);
}

bool is_count(std::int64_t value) {
  return value >= 0 && value <= protocol::limits::largest_integer;
}

/// -1, which is no count, when it isn't one.
std::int64_t to_count(std::string_view digits) {
  std::int64_t value = -1;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() ? value : -1;
}

} // namespace

bool well_formed(const node_record& record) {
  auto is_printable = [](char c) { return c > ' ' && c <= '~' && c != '|'; };
  return well_formed_id(record.id) && are_ids(record.roles, most_node_roles) &&
         are_ids(record.unreachable, most_unreachable) &&
         record.address.size() <= most_address_bytes &&
         std::all_of(record.address.begin(), record.address.end(), is_printable) &&
         is_count(record.epoch) && is_count(record.port) && record.port <= largest_port &&
         is_count(record.oldest_protocol) && is_count(record.newest_protocol) &&
         is_count(record.rooms) && is_count(record.users) && is_count(record.sessions);
}

std::string identity_text(const node_record& record) {
  return std::to_string(record.port) + ' ' + std::to_string(record.oldest_protocol) + ' ' +
         std::to_string(record.newest_protocol) + (record.draining ? " 1 " : " 0 ") +
         record.address + ' ' + joined(record.roles) + ' ' + joined(record.unreachable);
}

std::string load_text(const node_record& record) {
  return std::to_string(record.rooms) + ' ' + std::to_string(record.users) + ' ' +
         std::to_string(record.sessions);
}

std::optional<node_record> parse_node_record(std::string_view id, std::string_view text) {
  auto halves = split(text, '|');
  auto identity = split(halves.front(), ' ');
  auto load = split(halves.back(), ' ');
  if (halves.size() != 2 || identity.size() < 7 || load.size() < 3)
    return std::nullopt;
  node_record record;
  record.id = id;
  record.epoch = to_count(identity[0]);
  record.port = to_count(identity[1]);
  record.oldest_protocol = to_count(identity[2]);
  record.newest_protocol = to_count(identity[3]);
  record.draining = identity[4] != "0";
  record.address = identity[5];
  record.roles = ids_in(identity[6]);
  if (identity.size() > 7)
    record.unreachable = ids_in(identity[7]);
  record.rooms = to_count(load[0]);
  record.users = to_count(load[1]);
  record.sessions = to_count(load[2]);
  if (!well_formed(record))
    return std::nullopt;
  return record;
}

} // namespace klatsch::persistence
