#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "protocol/errors.hpp"
#include "protocol/notifications.hpp"
#include "protocol/requests.hpp"

/// JSON-RPC 2.0 in both wire formats: what comes in is decoded and checked here, completely, so
/// that nothing behind this header sees a malformed request.
namespace klatsch::protocol {

enum class wire_format : std::uint8_t { json, msgpack };

/// The id by which a client knows its request; absent for a notification, which is not answered.
using request_id = std::variant<std::monostate, std::nullptr_t, std::int64_t, std::string>;

template <class Tuple>
struct variant_of;
template <class... Ts>
struct variant_of<std::tuple<Ts...>> {
  using type = std::variant<Ts...>;
};

/// One alternative for each struct of `requests`, in its order.
using any_request = variant_of<requests>::type;

/// One element of what a client sent: a request, or what is wrong with it.
struct incoming {
  request_id id;
  std::variant<any_request, request_error> content;

  /// False for a well-formed notification: it is executed, and not answered.
  bool wants_answer() const { return !std::holds_alternative<std::monostate>(id); }
};

/// All that one WebSocket message held.
struct incoming_batch {
  /// True for a JSON-RPC batch, that is answered as one array.
  bool batch = false;
  /// At least one: a message that can't be read is one element with a `parse_error`.
  std::vector<incoming> elements;
};

/// Decodes one WebSocket message. Never throws; memory is bounded by the size of `bytes`, that the
/// caller has bounded. Thread-safe.
incoming_batch decode(wire_format format, std::string_view bytes);

/// Encodes the answer to a request. `Result` is one of the result structs.
template <class Result>
std::string encode_result(wire_format format, const request_id& id, const Result& result);

std::string encode_error(wire_format format, const request_id& id, const request_error& error);

/// Joins answers made by the two functions above into the array that answers a batch.
std::string encode_batch(wire_format format, const std::vector<std::string>& answers);

/// Encodes a notification. `Notification` is one of the structs of `notifications`.
template <class Notification>
std::string encode_notification(wire_format format, const Notification& notification);

/// Checks one string against its rule; the reason why it fails, or nothing.
/// Used for values that don't come from a request, such as titles in the configuration.
std::string_view why_invalid(std::string_view text, const string_rule& rule);

} // namespace klatsch::protocol
