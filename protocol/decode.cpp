#include "protocol/codec.hpp"
#include "protocol/document.hpp"
#include "protocol/read_struct.hpp"

namespace klatsch::protocol {

namespace {

constexpr std::size_t longest_method = 64;

request_error unreadable(std::string reason, std::string field = {}) {
  return {error_code::invalid_request, std::move(field), std::move(reason)};
}

request_error error_of(parse_problem problem) {
  switch (problem) {
  case parse_problem::syntax:
    break;
  case parse_problem::encoding:
    return {error_code::parse_error, {}, "a string is not valid UTF-8"};
  case parse_problem::depth:
    return unreadable(
        "arrays and objects are nested more than " + std::to_string(limits::nesting_depth) +
        " deep");
  case parse_problem::key:
    return unreadable("the key of a map is not a string");
  }
  return {error_code::parse_error, {}, {}};
}

/// The members of a JSON-RPC request; null where absent.
struct envelope {
  const node* version = nullptr;
  const node* id = nullptr;
  const node* method = nullptr;
  const node* params = nullptr;

  explicit envelope(const node& source) {
    auto* key = source.first_child();
    for (std::uint32_t i = 0; i < source.size; ++i) {
      auto* value = key->next();
      if (auto** slot = slot_of(key->text()))
        *slot = value;
      key = value->next();
    }
  }

 private:
  const node** slot_of(std::string_view name) {
    if (name == "jsonrpc")
      return &version;
    if (name == "id")
      return &id;
    if (name == "method")
      return &method;
    if (name == "params")
      return &params;
    return nullptr;
  }
};

/// Nothing where there is an id that can't be one.
std::optional<request_id> read_id(const node* source) {
  if (!source)
    return request_id{std::monostate{}};
  switch (source->kind) {
  case node_kind::null:
    return request_id{nullptr};
  case node_kind::integer:
    return request_id{source->integer};
  case node_kind::string:
    if (source->size <= limits::id_bytes)
      return request_id{std::string{source->text()}};
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

std::optional<request_error> check(const envelope& parts) {
  if (!parts.version || parts.version->kind != node_kind::string || parts.version->text() != "2.0")
    return unreadable("must be the string 2.0", "jsonrpc");
  if (!parts.method || parts.method->kind != node_kind::string)
    return unreadable("must be a string", "method");
  if (parts.method->size > longest_method)
    return unreadable("is longer than " + std::to_string(longest_method) + " bytes", "method");
  if (parts.params && parts.params->kind == node_kind::array)
    return request_error{
        error_code::invalid_params, "params", "must be an object: parameters have names here"};
  if (parts.params && parts.params->kind != node_kind::object)
    return unreadable("must be an object", "params");
  return std::nullopt;
}

using request_content = std::variant<any_request, request_error>;

template <class Request>
request_content read_params(const node& params) {
  Request request;
  if (auto problem = read_struct(params, request))
    return request_error{
        error_code::invalid_params, std::move(problem->field), std::move(problem->reason)};
  return any_request{std::move(request)};
}

template <class... Requests>
request_content read_request(
    std::string_view method, const node& params, std::type_identity<std::tuple<Requests...>>) {
  request_content result{request_error{error_code::method_not_found}};
  auto try_one = [&]<class Request>(std::type_identity<Request>) {
    if (Request::method != method)
      return false;
    result = read_params<Request>(params);
    return true;
  };
  (try_one(std::type_identity<Requests>{}) || ...);
  return result;
}

incoming read_element(const node& source) {
  if (source.kind != node_kind::object)
    return {nullptr, unreadable("a request must be an object")};
  envelope parts{source};
  auto id = read_id(parts.id);
  if (!id)
    return {nullptr, unreadable("must be a string of at most 64 bytes, an integer or null", "id")};
  if (auto error = check(parts)) {
    // What is no request is no notification either, so its sender hears of it.
    bool unnamed = std::holds_alternative<std::monostate>(*id);
    if (unnamed && error->code == error_code::invalid_request)
      id = nullptr;
    return {std::move(*id), std::move(*error)};
  }
  node no_params;
  no_params.kind = node_kind::object;
  auto& params = parts.params ? *parts.params : no_params;
  return {
      std::move(*id), read_request(parts.method->text(), params, std::type_identity<requests>{})};
}

incoming_batch only_error(request_error error) {
  incoming_batch result;
  result.elements.push_back({nullptr, std::move(error)});
  return result;
}

incoming_batch read_all(const node& root) {
  incoming_batch result;
  if (root.kind != node_kind::array) {
    result.elements.push_back(read_element(root));
    return result;
  }
  if (root.size == 0)
    return only_error(unreadable("a batch must hold a request"));
  if (root.size > limits::batch_requests)
    return only_error(unreadable(
        "a batch may hold " + std::to_string(limits::batch_requests) + " requests at most"));
  result.batch = true;
  result.elements.reserve(root.size);
  auto* element = root.first_child();
  for (std::uint32_t i = 0; i < root.size; ++i, element = element->next())
    result.elements.push_back(read_element(*element));
  return result;
}

} // namespace

incoming_batch decode(wire_format format, std::string_view bytes) {
  document content;
  std::string text;
  std::optional<parse_problem> problem;
  if (format == wire_format::json) {
    text = bytes;
    problem = parse_json(text, content);
  } else {
    problem = parse_msgpack(bytes, content);
  }
  return problem ? only_error(error_of(*problem)) : read_all(content.root());
}

} // namespace klatsch::protocol
