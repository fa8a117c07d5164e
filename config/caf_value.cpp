#include "config/caf_value.hpp"

#include <string_view>
#include <type_traits>

#include <caf/make_config_option.hpp>

namespace klatsch::config {

namespace {

using meta_state = caf::config_option::meta_state;

using text_list = std::vector<std::string>;

/// Values are stored by `option::set`, after their check; CAF keeps none of them.
void store_nothing(void*, const caf::config_value&) {}

caf::config_value get_nothing(const void*) {
  return {};
}

caf::expected<caf::config_value> parse_text(void*, caf::string_view text) {
  return caf::config_value{std::string{text.begin(), text.end()}};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

caf::expected<caf::config_value> parse_list(void*, caf::string_view text) {
  auto rest = trim({text.data(), text.size()});
  if (rest.starts_with('['))
    return caf::detail::parse_impl<text_list>(nullptr, {rest.data(), rest.size()});
  text_list entries;
  while (!rest.empty()) {
    auto comma = rest.find(',');
    entries.emplace_back(trim(rest.substr(0, comma)));
    if (comma == std::string_view::npos)
      break;
    rest.remove_prefix(comma + 1);
    if (rest.empty())
      entries.emplace_back();
  }
  return caf::config_value{std::move(entries)};
}

template <class T>
caf::expected<caf::config_value> parse_as(void*, caf::string_view text) {
  return caf::detail::parse_impl<T>(nullptr, text);
}

template <class T>
const meta_state* meta_of() {
  // CAF reads a "boolean" as a flag, which takes no value and so couldn't be switched off.
  if constexpr (std::is_same_v<T, bool>) {
    static const meta_state meta{
        caf::detail::check_impl<T>, store_nothing, get_nothing, parse_as<T>, "true or false"};
    return &meta;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    static const meta_state meta{
        caf::detail::check_impl<T>, store_nothing, get_nothing, parse_as<T>, "number"};
    return &meta;
  } else if constexpr (std::is_same_v<T, std::string>) {
    static const meta_state meta{
        caf::detail::check_impl<T>, store_nothing, get_nothing, parse_text, "text"};
    return &meta;
  } else {
    static const meta_state meta{
        caf::detail::check_impl<T>, store_nothing, get_nothing, parse_list, "list"};
    return &meta;
  }
}

caf::string_view as_caf(std::string_view text) {
  return {text.data(), text.size()};
}

} // namespace

caf::config_option to_caf_option(const option& described) {
  auto meta = std::visit([]<class T>(const T&) { return meta_of<T>(); }, described.default_value);
  return {as_caf(group_of(described)), as_caf(key_of(described)), as_caf(described.help), meta};
}

std::optional<option_value>
to_option_value(const option& described, const caf::config_value& value) {
  auto convert = [&value]<class T>(const T&) -> std::optional<option_value> {
    if constexpr (std::is_same_v<T, std::string>)
      // 'redis' is an atom to CAF: a text all the same to whoever wrote the file.
      if (auto atom = caf::get_if<caf::atom_value>(&value))
        return to_string(*atom);
    auto found = caf::get_if<T>(&value);
    if (!found)
      return std::nullopt;
    return option_value{*found};
  };
  return std::visit(convert, described.default_value);
}

} // namespace klatsch::config
