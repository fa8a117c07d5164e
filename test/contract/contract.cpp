#define CAF_SUITE contract
#include "test/contract/contract.hpp"

namespace klatsch::contract {

std::string to_string(store_error error) {
  switch (error) {
  case store_error::not_found:
    return "not_found";
  case store_error::exists:
    return "exists";
  case store_error::fenced:
    return "fenced";
  case store_error::unavailable:
    return "unavailable";
  case store_error::stale_view:
    return "stale_view";
  }
  return "?";
}

fixture::fixture() : backend_(make_backend()), store_(backend_->open()) {}

void fixture::reopen() {
  store_.reset();
  store_ = backend_->open();
}

store_result fixture::ask(store_request request) {
  return ask_group({std::move(request)}).front();
}

std::vector<store_result> fixture::ask_group(const std::vector<store_request>& group) {
  auto results = store_->execute(group);
  CAF_REQUIRE_EQUAL(results.size(), group.size());
  return results;
}

std::string fixture::error_of(store_request request) {
  return error_in(ask(std::move(request)));
}

std::string fixture::error_in(const store_result& result) {
  auto error = std::get_if<store_error>(&result);
  return error ? to_string(*error) : "none";
}

void fixture::make_user(const std::string& id, const std::string& name) {
  get(create_user{{id, name.empty() ? "Name of " + id : name}, "token-" + id, 1000, 1000000});
}

std::int64_t fixture::make_room(const std::string& id) {
  get(create_room{id, "Title of " + id, 1000});
  return get(activate_room{id}).epoch;
}

appended fixture::say(
    const std::string& room,
    std::int64_t epoch,
    const std::string& from,
    const std::string& cid,
    const std::string& text) {
  return get(message_of(room, epoch, from, cid, text));
}

appended fixture::tell(
    const std::string& from,
    const std::string& to,
    const std::string& cid,
    bool delivered,
    const std::string& text) {
  return get(
      append_private{{from, "Name of " + from}, {to, "Name of " + to}, text, cid, 5000, delivered});
}

std::vector<protocol::message> fixture::log_of(const std::string& room) {
  std::vector<protocol::message> log;
  for (;;) {
    auto after = log.empty() ? 0 : log.back().seq;
    auto page = get(read_room{room, {{}, after, 100}});
    log.insert(log.end(), page.messages.begin(), page.messages.end());
    if (!page.more)
      return log;
    CAF_REQUIRE(!page.messages.empty());
  }
}

append_message message_of(
    const std::string& room,
    std::int64_t epoch,
    const std::string& from,
    const std::string& cid,
    const std::string& text) {
  return {room, epoch, {from, "Name of " + from}, text, cid, 5000};
}

} // namespace klatsch::contract
