#include "protocol/codec.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/msgpack_writer.hpp"
#include "protocol/write_struct.hpp"

namespace klatsch::protocol {

namespace {

/// Calls `fill` with the writer of the format.
template <class Fill>
std::string encode_with(wire_format format, Fill&& fill) {
  if (format == wire_format::json) {
    json_writer writer;
    fill(writer);
    return writer.take();
  }
  msgpack_writer writer;
  fill(writer);
  return writer.take();
}

template <class Writer>
void write_version(Writer& writer) {
  writer.key("jsonrpc");
  writer.string("2.0");
}

template <class Writer>
void write_id(Writer& writer, const request_id& id) {
  writer.key("id");
  if (auto* number = std::get_if<std::int64_t>(&id))
    writer.integer(*number);
  else if (auto* text = std::get_if<std::string>(&id))
    writer.string(*text);
  else
    writer.null();
}

template <class Writer>
void write_details(Writer& writer, const error_row& row, const request_error& error) {
  std::size_t members = 2;
  members += error.retry_after_ms.has_value();
  members += !error.field.empty();
  members += !error.reason.empty();
  writer.begin_object(members);
  writer.key("name");
  writer.string(row.name);
  writer.key("retry");
  writer.boolean(row.retry);
  if (error.retry_after_ms) {
    writer.key("retry_after_ms");
    writer.integer(*error.retry_after_ms);
  }
  if (!error.field.empty()) {
    writer.key("field");
    writer.string(error.field);
  }
  if (!error.reason.empty()) {
    writer.key("reason");
    writer.string(error.reason);
  }
  writer.end_object();
}

} // namespace

template <class Result>
std::string encode_result(wire_format format, const request_id& id, const Result& result) {
  return encode_with(format, [&](auto& writer) {
    writer.begin_object(3);
    write_version(writer);
    write_id(writer, id);
    writer.key("result");
    write_struct(writer, result);
    writer.end_object();
  });
}

std::string encode_error(wire_format format, const request_id& id, const request_error& error) {
  auto& row = row_of(error.code);
  return encode_with(format, [&](auto& writer) {
    writer.begin_object(3);
    write_version(writer);
    write_id(writer, id);
    writer.key("error");
    writer.begin_object(3);
    writer.key("code");
    writer.integer(static_cast<std::int64_t>(row.code));
    writer.key("message");
    writer.string(row.sentence);
    writer.key("data");
    write_details(writer, row, error);
    writer.end_object();
    writer.end_object();
  });
}

std::string encode_batch(wire_format format, const std::vector<std::string>& answers) {
  std::size_t size = 0;
  for (auto& answer : answers)
    size += answer.size() + 1;
  std::string result;
  if (format == wire_format::msgpack) {
    msgpack_writer writer;
    writer.begin_array(answers.size());
    result = writer.take();
    result.reserve(result.size() + size);
    for (auto& answer : answers)
      result += answer;
    return result;
  }
  result.reserve(size + 1);
  result += '[';
  for (auto& answer : answers) {
    if (result.size() > 1)
      result += ',';
    result += answer;
  }
  return result += ']';
}

template <class Notification>
std::string encode_notification(wire_format format, const Notification& notification) {
  return encode_with(format, [&](auto& writer) {
    writer.begin_object(3);
    write_version(writer);
    writer.key("method");
    writer.string(Notification::method);
    writer.key("params");
    write_struct(writer, notification);
    writer.end_object();
  });
}

// One line for each result and each notification; what is left out here does not link.
template std::string encode_result(wire_format, const request_id&, const empty_result&);
template std::string encode_result(wire_format, const request_id&, const session_open_result&);
template std::string encode_result(wire_format, const request_id&, const room_create_result&);
template std::string encode_result(wire_format, const request_id&, const room_list_result&);
template std::string encode_result(wire_format, const request_id&, const room_join_result&);
template std::string encode_result(wire_format, const request_id&, const sent_result&);
template std::string encode_result(wire_format, const request_id&, const room_history_result&);
template std::string encode_result(wire_format, const request_id&, const user_history_result&);

template std::string encode_notification(wire_format, const message&);
template std::string encode_notification(wire_format, const private_message&);
template std::string encode_notification(wire_format, const member_joined&);
template std::string encode_notification(wire_format, const member_left&);
template std::string encode_notification(wire_format, const presence&);
template std::string encode_notification(wire_format, const user_renamed&);
template std::string encode_notification(wire_format, const room_count&);

} // namespace klatsch::protocol
