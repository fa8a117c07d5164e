#include "persistence/redis_reply.hpp"

#include <algorithm>

#include "persistence/foreign_content.hpp"
#include "persistence/stored_values.hpp"
#include "protocol/limits.hpp"

namespace klatsch::persistence {

bool redis_value::is_error() const {
  return reply_->type == REDIS_REPLY_ERROR;
}

bool redis_value::is_status() const {
  return reply_->type == REDIS_REPLY_STATUS;
}

bool redis_value::is_array() const {
  return reply_->type == REDIS_REPLY_ARRAY;
}

std::string_view redis_value::text() const {
  if (reply_->type != REDIS_REPLY_STRING && !is_status() && !is_error())
    throw foreign_content("not a string");
  return {reply_->str, static_cast<std::size_t>(reply_->len)};
}

std::size_t redis_value::size() const {
  if (!is_array())
    throw foreign_content("not a list");
  return reply_->elements;
}

redis_value redis_value::operator[](std::size_t index) const {
  if (index >= size())
    throw foreign_content("a list that is too short");
  return redis_value(reply_->element[index]);
}

std::int64_t redis_value::number() const {
  if (reply_->type != REDIS_REPLY_INTEGER)
    return stored_number(text());
  if (reply_->integer < 0 || reply_->integer > protocol::limits::largest_integer)
    throw foreign_content("a number out of its range");
  return reply_->integer;
}

std::int64_t redis_value::entry_number() const {
  auto id = text();
  if (!id.ends_with("-0"))
    throw foreign_content("a log entry whose id isn't ours");
  id.remove_suffix(2);
  return stored_number(id);
}

std::string redis_value::id() const {
  return stored_id(text());
}

std::string redis_value::name() const {
  return stored_name(text());
}

std::string redis_value::title() const {
  return stored_title(text());
}

std::vector<std::string> redis_value::sorted_ids() const {
  std::vector<std::string> ids;
  ids.reserve(size());
  for (std::size_t i = 0; i < size(); ++i)
    ids.push_back((*this)[i].id());
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::pair<std::int64_t, std::int64_t> redis_value::number_pair() const {
  auto both = text();
  auto blank = both.find(' ');
  if (blank == std::string_view::npos)
    throw foreign_content("not two numbers");
  return {stored_number(both.substr(0, blank)), stored_number(both.substr(blank + 1))};
}

} // namespace klatsch::persistence
