#include "persistence/redis_log_entry.hpp"

#include <initializer_list>
#include <utility>

#include "persistence/foreign_content.hpp"
#include "persistence/stored_values.hpp"

namespace klatsch::persistence {

namespace {

constexpr char separator = ' ';

/// Takes the next word and the blank after it from the front of `rest`.
std::string_view take_word(std::string_view& rest) {
  const auto end = rest.find(separator);
  if (end == std::string_view::npos)
    throw foreign_content("a message that is cut off");
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return word;
}

/// May have blanks, so its length stands before it.
std::string taken_name(std::string_view& rest) {
  const auto size = static_cast<std::size_t>(stored_number(take_word(rest)));
  if (size >= rest.size() || rest[size] != separator)
    throw foreign_content("a name that is cut off");
  const auto name = rest.substr(0, size);
  rest.remove_prefix(size + 1);
  return stored_name(name);
}

std::string joined(std::initializer_list<std::string_view> words, std::string_view text) {
  std::size_t size = text.size();
  for (auto word : words)
    size += word.size() + 1;
  std::string value;
  value.reserve(size);
  for (auto word : words) {
    value += word;
    value += separator;
  }
  value += text;
  return value;
}

/// All but the text, which may be preceded by more.
void take_front(log_entry& entry, std::string_view& rest) {
  entry.ts = stored_number(take_word(rest));
  entry.from.id = stored_id(take_word(rest));
  entry.cid = stored_id(take_word(rest));
  entry.from.name = taken_name(rest);
}

} // namespace

std::string log_entry_value(
    std::int64_t ts, const protocol::user& from, std::string_view cid, std::string_view text) {
  return joined(
      {std::to_string(ts), from.id, cid, std::to_string(from.name.size()), from.name}, text);
}

std::string private_log_entry_value(
    std::int64_t ts,
    const protocol::user& from,
    std::string_view to_name,
    std::string_view cid,
    std::string_view text) {
  return joined(
      {std::to_string(ts), from.id, cid, std::to_string(from.name.size()), from.name,
       std::to_string(to_name.size()), to_name},
      text);
}

log_entry read_log_entry(std::string_view value) {
  log_entry entry;
  take_front(entry, value);
  entry.text = stored_text(value);
  return entry;
}

private_log_entry read_private_log_entry(std::string_view value) {
  private_log_entry entry;
  take_front(entry, value);
  entry.to_name = taken_name(value);
  entry.text = stored_text(value);
  return entry;
}

} // namespace klatsch::persistence
