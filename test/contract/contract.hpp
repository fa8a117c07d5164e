#pragma once

#ifndef CAF_SUITE
#error "define CAF_SUITE before this header"
#endif

#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

// Not test/unit/suite.hpp: the fixtures for actors take a minute to compile in each suite.
#include <caf/test/unit_test.hpp>

#include "test/contract/backend.hpp"

namespace klatsch::contract {

using namespace persistence;

std::string to_string(store_error error);

/// A store with no data, and short ways to ask it.
class fixture {
 public:
  fixture();

  /// As a restart of klatsch does.
  void reopen();

  store_result ask(store_request request);
  std::vector<store_result> ask_group(const std::vector<store_request>& group);

  /// The result of a request that must succeed.
  template <class Request>
  typename Request::result get(Request request) {
    return as<typename Request::result>(ask(std::move(request)));
  }

  template <class Result>
  static Result as(store_result result) {
    if (auto error = std::get_if<store_error>(&result))
      CAF_FAIL("the store answered " << to_string(*error));
    if (!std::holds_alternative<Result>(result))
      CAF_FAIL("the store answered with another type");
    return std::get<Result>(std::move(result));
  }

  /// The error of a request that must fail, by its name; "none" when it succeeds.
  std::string error_of(store_request request);
  static std::string error_in(const store_result& result);

  // Shorthands: the token of user "ann" is "token-ann", and lives until 1,000,000.
  void make_user(const std::string& id, const std::string& name = "");
  /// Makes the room, and activates it; the epoch.
  std::int64_t make_room(const std::string& id);
  appended
  say(const std::string& room,
      std::int64_t epoch,
      const std::string& from,
      const std::string& cid,
      const std::string& text = "text");
  appended tell(
      const std::string& from,
      const std::string& to,
      const std::string& cid,
      bool delivered = false,
      const std::string& text = "text");
  /// The whole log of a room.
  std::vector<protocol::message> log_of(const std::string& room);

  std::unique_ptr<backend> backend_;
  std::unique_ptr<store> store_;
};

append_message message_of(
    const std::string& room,
    std::int64_t epoch,
    const std::string& from,
    const std::string& cid,
    const std::string& text = "text");

/// "1 2 3": the sequence numbers of a page, for comparisons that read well.
template <class Message>
std::string numbers(const std::vector<Message>& messages) {
  std::string text;
  for (const auto& message : messages)
    text += (text.empty() ? "" : " ") + std::to_string(message.seq);
  return text;
}

} // namespace klatsch::contract
