#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/option.hpp"
#include "config/settings.hpp"

/// Options by the kind of their values, for the table of all options.
namespace klatsch::config {

/// `member` is a function from `settings&` to a reference to the member.
template <class Member>
option describe(const char* name, Member member, std::string allowed, const char* help) {
  using value_type = std::remove_reference_t<decltype(member(std::declval<settings&>()))>;
  option result;
  result.name = name;
  result.help = help;
  result.allowed = std::move(allowed);
  result.get = [member](const settings& values) -> option_value {
    return member(const_cast<settings&>(values));
  };
  result.set = [member](settings& values, option_value value) {
    member(values) = std::get<value_type>(std::move(value));
  };
  result.is_allowed = [](const option_value&) { return true; };
  const settings defaults;
  result.default_value = result.get(defaults);
  return result;
}

template <class Member>
option whole_number(
    const char* name,
    Member member,
    std::int64_t least,
    std::int64_t most,
    const char* unit,
    const char* help) {
  std::string allowed = "a whole number ";
  if (*unit != '\0')
    allowed += std::string{"of "} + unit + ' ';
  allowed += "from " + std::to_string(least) + " to " + std::to_string(most);
  auto result = describe(name, member, std::move(allowed), help);
  result.least = least;
  result.most = most;
  result.is_allowed = [least, most](const option_value& value) {
    auto number = std::get<std::int64_t>(value);
    return number >= least && number <= most;
  };
  return result;
}

template <class Member>
option milliseconds(
    const char* name, Member member, std::int64_t least, std::int64_t most, const char* help) {
  return whole_number(name, member, least, most, "milliseconds", help);
}

template <class Member>
option yes_or_no(const char* name, Member member, const char* help) {
  return describe(name, member, "true or false", help);
}

template <class Member>
option one_of(
    const char* name, Member member, std::initializer_list<const char*> choices, const char* help) {
  std::vector<std::string> known(choices.begin(), choices.end());
  std::string allowed;
  for (const auto& choice : known) {
    if (!allowed.empty())
      allowed += choice == known.back() ? " or " : ", ";
    allowed += choice;
  }
  auto result = describe(name, member, std::move(allowed), help);
  result.is_allowed = [known = std::move(known)](const option_value& value) {
    return std::ranges::find(known, std::get<std::string>(value)) != known.end();
  };
  return result;
}

template <class Member>
option text(
    const char* name,
    Member member,
    bool (*check)(const std::string&),
    const char* allowed,
    const char* help) {
  auto result = describe(name, member, allowed, help);
  result.is_allowed = [check](const option_value& value) {
    return check(std::get<std::string>(value));
  };
  return result;
}

template <class Member>
option list(
    const char* name,
    Member member,
    bool (*check)(const std::vector<std::string>&),
    const char* allowed,
    const char* help) {
  auto result = describe(name, member, allowed, help);
  result.is_allowed = [check](const option_value& value) {
    return check(std::get<std::vector<std::string>>(value));
  };
  return result;
}

inline option secret(option described) {
  described.secret = true;
  return described;
}

} // namespace klatsch::config
