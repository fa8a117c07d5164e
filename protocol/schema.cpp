#include "protocol/schema.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <string_view>
#include <type_traits>
#include <utility>

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include "protocol/close_codes.hpp"
#include "protocol/errors.hpp"
#include "protocol/notifications.hpp"
#include "protocol/read_struct.hpp"
#include "protocol/requests.hpp"

namespace klatsch::protocol {

namespace {

constexpr std::array all_rules{rules::id,   rules::cid,  rules::token,
                               rules::text, rules::name, rules::title};

constexpr std::array<std::pair<std::string_view, std::int64_t>, 15> all_limits{{
    {"id_bytes", limits::id_bytes},
    {"token_bytes", limits::token_bytes},
    {"text_code_points", limits::text_code_points},
    {"name_code_points", limits::name_code_points},
    {"title_code_points", limits::title_code_points},
    {"frame_bytes", limits::frame_bytes},
    {"batch_requests", limits::batch_requests},
    {"nesting_depth", limits::nesting_depth},
    {"page_messages", limits::page_messages},
    {"default_page_messages", limits::default_page_messages},
    {"resume_messages", limits::resume_messages},
    {"resume_points", limits::resume_points},
    {"listed_members", limits::listed_members},
    {"listed_rooms", limits::listed_rooms},
    {"listed_conversations", limits::listed_conversations},
}};

/// What the characters of a string may be, for people.
std::string_view sentence_of(const string_rule& rule) {
  switch (rule.characters) {
  case string_rule::alphabet::any:
    break;
  case string_rule::alphabet::identifier:
    return "Letters A to Z and a to z, digits, _ and -.";
  case string_rule::alphabet::multiline:
    return "No control characters but line feed and tab; something visible.";
  case string_rule::alphabet::single_line:
    return rule.addressable
               ? "One line without control characters, controls of the direction of writing and "
                 "colons; no white space at the ends, no @ at the beginning."
               : "One line without control characters and controls of the direction of writing; no "
                 "white space at the ends.";
  }
  return "Any valid UTF-8.";
}

class schema_writer {
 public:
  schema_writer() { writer_.SetIndent(' ', 2); }

  void string(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  }
  void key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void integer(std::int64_t value) { writer_.Int64(value); }
  void boolean(bool value) { writer_.Bool(value); }
  void member(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    integer(value);
  }
  void count(std::string_view name, std::size_t value) {
    member(name, static_cast<std::int64_t>(value));
  }

  template <class Content>
  void object(Content&& content) {
    writer_.StartObject();
    content();
    writer_.EndObject();
  }
  template <class Content>
  void array(Content&& content) {
    writer_.StartArray();
    content();
    writer_.EndArray();
  }
  void reference(std::string_view type_name) {
    member("$ref", "#/$defs/" + std::string{type_name});
  }

  std::string take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_{buffer_};
};

void write_string_rule(schema_writer& out, const string_rule& rule) {
  out.count("minLength", rule.min_code_points);
  out.count("maxLength", rule.max_code_points);
  if (rule.characters == string_rule::alphabet::identifier)
    out.member("pattern", "^[A-Za-z0-9_-]+$");
}

template <class T>
struct item_of {
  using type = T;
};
template <class T>
struct item_of<std::optional<T>> {
  using type = T;
};
template <class T>
struct item_of<std::vector<T>> {
  using type = T;
};

template <class Value, class Rule>
void write_type(schema_writer& out, const Rule& rule) {
  if constexpr (is_optional<Value>::value) {
    write_type<typename item_of<Value>::type>(out, rule);
  } else if constexpr (is_list<Value>::value) {
    out.member("type", "array");
    out.key("items");
    out.object([&] { write_type<typename item_of<Value>::type>(out, no_rule{}); });
    out.count("maxItems", rule.max_items);
  } else if constexpr (described<Value>) {
    out.reference(Value::type_name);
  } else if constexpr (std::is_same_v<Value, bool>) {
    out.member("type", "boolean");
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    out.member("type", "integer");
    out.member("minimum", rule.min);
    out.member("maximum", rule.max);
  } else {
    static_assert(std::is_same_v<Value, std::string>);
    out.member("type", "string");
    write_string_rule(out, rule);
    out.member("x-rule", rule.name);
  }
}

template <described T>
void write_required(schema_writer& out) {
  out.key("required");
  out.array([&] {
    for_each_field<T>([&](const auto& field) {
      if (!reading::may_be_absent<T>(field))
        out.string(field.name);
    });
  });
  if constexpr (requires { T::exactly_one_of; }) {
    out.key("oneOf");
    out.array([&] {
      for (auto name : T::exactly_one_of)
        out.object([&] {
          out.key("required");
          out.array([&] { out.string(name); });
        });
    });
  }
}

template <described T>
void write_struct_schema(schema_writer& out) {
  out.object([&] {
    out.member("type", "object");
    out.key("properties");
    out.object([&] {
      for_each_field<T>([&](const auto& field) {
        using value = typename std::remove_cvref_t<decltype(field)>::value_type;
        out.key(field.name);
        out.object([&] {
          write_type<value>(out, field.rule);
          if (!field.meaning.empty())
            out.member("description", field.meaning);
        });
      });
    });
    write_required<T>(out);
  });
}

/// Writes the schema of `T` after those of the structs that it is made of, each once.
template <described T>
void write_definitions(schema_writer& out, std::set<std::string_view>& written) {
  for_each_field<T>([&](const auto& field) {
    using value = typename std::remove_cvref_t<decltype(field)>::value_type;
    using item = typename item_of<value>::type;
    if constexpr (described<item>)
      write_definitions<item>(out, written);
  });
  if (!written.insert(T::type_name).second)
    return;
  out.key(T::type_name);
  write_struct_schema<T>(out);
}

template <class... Requests, class... Notifications>
void write_all_definitions(
    schema_writer& out,
    std::type_identity<std::tuple<Requests...>>,
    std::type_identity<std::tuple<Notifications...>>) {
  std::set<std::string_view> written;
  (write_definitions<Notifications>(out, written), ...);
  (write_definitions<Requests>(out, written), ...);
  (write_definitions<typename Requests::result>(out, written), ...);
}

template <class T>
void write_method(schema_writer& out) {
  out.object([&] {
    out.member("method", T::method);
    out.key("params");
    out.object([&] { out.reference(T::type_name); });
    if constexpr (requires { typename T::result; }) {
      out.key("result");
      out.object([&] { out.reference(T::result::type_name); });
    }
    out.member("summary", T::summary);
  });
}

template <class... Methods>
void write_methods(schema_writer& out, std::type_identity<std::tuple<Methods...>>) {
  out.array([&] { (write_method<Methods>(out), ...); });
}

void write_errors(schema_writer& out) {
  out.array([&] {
    for (auto& row : error_table)
      out.object([&] {
        out.member("code", static_cast<std::int64_t>(row.code));
        out.member("name", row.name);
        out.key("retry");
        out.boolean(row.retry);
        out.member("sentence", row.sentence);
      });
  });
}

void write_close_codes(schema_writer& out) {
  out.array([&] {
    for (auto& row : close_table)
      out.object([&] {
        out.member("code", static_cast<std::int64_t>(row.code));
        out.member("name", row.name);
        out.key("reconnect");
        out.boolean(row.reconnect());
        out.member("sentence", row.sentence);
      });
  });
}

void write_rules(schema_writer& out) {
  out.array([&] {
    for (auto& rule : all_rules)
      out.object([&] {
        out.member("name", rule.name);
        write_string_rule(out, rule);
        out.member("sentence", sentence_of(rule));
      });
  });
}

void write_limits(schema_writer& out) {
  out.object([&] {
    for (auto& [name, value] : all_limits)
      out.member(name, value);
  });
}

} // namespace

std::string schema_json() {
  constexpr std::type_identity<requests> methods;
  constexpr std::type_identity<notifications> events;
  schema_writer out;
  out.object([&] {
    out.member("$schema", "https://json-schema.org/draft/2020-12/schema");
    out.member("$id", "urn:klatsch:protocol:v1");
    out.member("title", "klatsch protocol v1");
    out.key("$defs");
    out.object([&] { write_all_definitions(out, methods, events); });
    out.key("x-methods");
    write_methods(out, methods);
    out.key("x-notifications");
    write_methods(out, events);
    out.key("x-errors");
    write_errors(out);
    out.key("x-close-codes");
    write_close_codes(out);
    out.key("x-rules");
    write_rules(out);
    out.key("x-limits");
    write_limits(out);
  });
  return out.take() + '\n';
}

} // namespace klatsch::protocol
