#define CAF_SUITE golden
#include "test/unit/suite.hpp"

#include "protocol/errors.hpp"
#include "test/unit/protocol/golden.hpp"

using namespace klatsch::protocol;

namespace {

constexpr wire_format formats[] = {wire_format::json, wire_format::msgpack};

request_id id_of(const rapidjson::Value& object) {
  if (!object.HasMember("id"))
    return std::monostate{};
  auto& id = object["id"];
  if (id.IsString())
    return std::string{id.GetString(), id.GetStringLength()};
  return id.IsInt64() ? request_id{id.GetInt64()} : request_id{nullptr};
}

/// Checks what one encoded request of a valid vector was decoded to.
void check_request(const rapidjson::Value& vector, const incoming_batch& decoded) {
  CAF_CHECK(!decoded.batch);
  CAF_REQUIRE_EQUAL(decoded.elements.size(), 1u);
  auto& element = decoded.elements.front();
  CAF_CHECK(element.id == id_of(vector["json"]));
  CAF_REQUIRE(std::holds_alternative<any_request>(element.content));
  bool expected = std::visit(
      [&](auto& request) { return request.method == golden::text_of(vector, "method"); },
      std::get<any_request>(element.content));
  CAF_CHECK(expected);
}

void check_error(const rapidjson::Value& vector, const incoming_batch& decoded) {
  CAF_CHECK(!decoded.batch);
  CAF_REQUIRE_EQUAL(decoded.elements.size(), 1u);
  auto& element = decoded.elements.front();
  CAF_REQUIRE(std::holds_alternative<request_error>(element.content));
  auto& error = std::get<request_error>(element.content);
  auto& expected = vector["error"];
  CAF_CHECK_EQUAL(static_cast<int>(error.code), expected["code"].GetInt());
  CAF_CHECK_EQUAL(error.field, expected.HasMember("field") ? expected["field"].GetString() : "");
  auto id = id_of(vector);
  CAF_CHECK(element.id == (std::holds_alternative<std::monostate>(id) ? request_id{nullptr} : id));
}

/// The error object of a JSON-RPC answer.
request_error error_of(const rapidjson::Value& object) {
  auto& data = object["data"];
  request_error result{static_cast<error_code>(object["code"].GetInt())};
  if (data.HasMember("field"))
    result.field = data["field"].GetString();
  if (data.HasMember("reason"))
    result.reason = data["reason"].GetString();
  if (data.HasMember("retry_after_ms"))
    result.retry_after_ms = data["retry_after_ms"].GetInt64();
  return result;
}

} // namespace

CAF_TEST(valid requests are read in both formats and mean the same) {
  auto vectors = golden::load("valid_requests.json");
  for (auto& vector : vectors.GetArray()) {
    CAF_MESSAGE(golden::text_of(vector, "name"));
    auto plain = decode(wire_format::json, golden::dump(vector["json"]));
    check_request(vector, plain);
    for (auto format : formats) {
      auto decoded = decode(format, *golden::bytes_of(vector, format));
      check_request(vector, decoded);
      CAF_CHECK(
          std::get<any_request>(decoded.elements[0].content) ==
          std::get<any_request>(plain.elements[0].content));
    }
  }
}

CAF_TEST(invalid requests are refused with the right code and field) {
  auto vectors = golden::load("invalid_requests.json");
  for (auto& vector : vectors.GetArray()) {
    CAF_MESSAGE(golden::text_of(vector, "name"));
    bool any = false;
    for (auto format : formats)
      if (auto bytes = golden::bytes_of(vector, format)) {
        check_error(vector, decode(format, *bytes));
        any = true;
      }
    CAF_CHECK(any);
  }
}

CAF_TEST(valid notifications are written and read in both formats) {
  auto vectors = golden::load("valid_notifications.json");
  for (auto& vector : vectors.GetArray()) {
    CAF_MESSAGE(golden::text_of(vector, "name"));
    auto check = [&]<class T>(std::type_identity<T>) {
      for (auto format : formats) {
        auto bytes = *golden::bytes_of(vector, format);
        T value;
        auto problem = golden::read_member(format, bytes, "params", value);
        CAF_CHECK(!problem);
        CAF_CHECK_EQUAL(encode_notification(format, value), bytes);
      }
    };
    CAF_CHECK(golden::with_method(
        std::type_identity<notifications>{}, golden::text_of(vector, "method"), check));
  }
}

CAF_TEST(invalid notifications are refused at the right place) {
  auto vectors = golden::load("invalid_notifications.json");
  for (auto& vector : vectors.GetArray()) {
    CAF_MESSAGE(golden::text_of(vector, "name"));
    auto check = [&]<class T>(std::type_identity<T>) {
      for (auto format : formats) {
        T value;
        auto problem =
            golden::read_member(format, *golden::bytes_of(vector, format), "params", value);
        CAF_REQUIRE(problem);
        CAF_CHECK_EQUAL(problem->field, vector["error"]["field"].GetString());
      }
    };
    CAF_CHECK(golden::with_method(
        std::type_identity<notifications>{}, golden::text_of(vector, "method"), check));
  }
}

CAF_TEST(valid results are written and read in both formats) {
  auto vectors = golden::load("valid_results.json");
  for (auto& vector : vectors.GetArray()) {
    CAF_MESSAGE(golden::text_of(vector, "name"));
    auto check = [&]<class T>(std::type_identity<T>) {
      for (auto format : formats) {
        auto bytes = *golden::bytes_of(vector, format);
        typename T::result value;
        CAF_CHECK(!golden::read_member(format, bytes, "result", value));
        CAF_CHECK_EQUAL(encode_result(format, id_of(vector["json"]), value), bytes);
      }
    };
    CAF_CHECK(golden::with_method(
        std::type_identity<requests>{}, golden::text_of(vector, "method"), check));
  }
}

CAF_TEST(errors are written in both formats) {
  auto vectors = golden::load("valid_errors.json");
  for (auto& vector : vectors.GetArray()) {
    CAF_MESSAGE(golden::text_of(vector, "name"));
    auto& json = vector["json"];
    for (auto format : formats) {
      auto expected = *golden::bytes_of(vector, format);
      auto written = encode_error(format, id_of(json), error_of(json["error"]));
      CAF_CHECK_EQUAL(written, expected);
    }
  }
}

CAF_TEST(every method and every notification has valid vectors) {
  auto check = [](const std::string& file, std::string_view method) {
    CAF_MESSAGE(file + ": " + std::string{method});
    bool found = false;
    auto vectors = golden::load(file);
    for (auto& vector : vectors.GetArray())
      found |= golden::text_of(vector, "method") == method;
    CAF_CHECK(found);
  };
  auto check_request = [&]<class Request>(const Request&) {
    check("valid_requests.json", Request::method);
    check("valid_results.json", Request::method);
  };
  auto check_notification = [&]<class Notification>(const Notification&) {
    check("valid_notifications.json", Notification::method);
    check("invalid_notifications.json", Notification::method);
  };
  std::apply([&](const auto&... each) { (check_request(each), ...); }, requests{});
  std::apply([&](const auto&... each) { (check_notification(each), ...); }, notifications{});
}
