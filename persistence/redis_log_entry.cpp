#include "persistence/redis_log_entry.hpp"

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

} // namespace

std::string log_entry_value(
    std::int64_t ts, const protocol::user& from, std::string_view cid, std::string_view text) {
  const auto time = std::to_string(ts);
  const auto name_size = std::to_string(from.name.size());
  std::string value;
  value.reserve(
      time.size() + from.id.size() + cid.size() + name_size.size() + from.name.size() +
      text.size() + 5);
  for (std::string_view part :
       {std::string_view(time), std::string_view(from.id), cid, std::string_view(name_size),
        std::string_view(from.name)}) {
    value += part;
    value += separator;
  }
  value += text;
  return value;
}

log_entry read_log_entry(std::string_view value) {
  log_entry entry;
  entry.ts = stored_number(take_word(value));
  entry.from.id = stored_id(take_word(value));
  entry.cid = stored_id(take_word(value));
  entry.from.name = taken_name(value);
  entry.text = stored_text(value);
  return entry;
}

protocol::user read_addressee(std::string_view value) {
  auto id = stored_id(take_word(value));
  return {std::move(id), stored_name(value)};
}

} // namespace klatsch::persistence
