#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/requests.hpp"

namespace klatsch::persistence {

/// The execution of one script, or of a command that Redis has itself.
struct redis_command {
  std::string_view name;
  std::vector<std::string> keys;
  std::vector<std::string> arguments;
  bool is_script = true;
};

/// The command that executes a well-formed request. This is the one place that knows the keys:
///
///     <prefix>:format                      string  see format_of_keys
///     <prefix>:users                       hash    user id → name
///     <prefix>:sessions:user               hash    token hash → user id
///     <prefix>:sessions:expiry             zset    token hash by milliseconds
///     <prefix>:rooms                       list    room ids, the oldest first
///     <prefix>:rooms:title                 hash    room id → title
///     <prefix>:room:{<id>}:state           hash    epoch, seq, created_at; for each message
///                                                  "<user id> <cid>" → seq
///     <prefix>:room:{<id>}:members         set     user ids
///     <prefix>:room:{<id>}:log             stream  ids <seq>-0; message, see redis_log_entry.hpp
///     <prefix>:user:{<id>}:rooms           set     room ids
///     <prefix>:user:{<id>}:conversations   zset    <id>:<id> of each by its newest message
///     <prefix>:user:{<id>}:waiting         set     the others' ids whose messages wait
///     <prefix>:conversation:{<id>:<id>}:log
///                                          stream  as that of a room; the smaller id first
///     <prefix>:conversation:{<id>:<id>}:state
///                                          hash    seq, settled, <user id>:waits, see
///                                                  append_private.lua; for each message
///                                                  "<user id> <cid>" → seq
///     <prefix>:cluster:state               hash    view, epoch, asked_at
///     <prefix>:cluster:nodes               hash    node id → lease and record
///     <prefix>:probe                       string
///
/// Ids have no colons and braces. The parts of a room, of a user and of a conversation share a
/// cluster slot each; scripts that change several of them need one Redis, not a Redis Cluster.
redis_command make_command(const std::string& prefix, const store_request& request);

/// The number of this layout, in <prefix>:format. A change that another build would misread or
/// could not read gets the next one.
inline constexpr std::string_view format_of_keys = "3";

/// Answers with the format of what is stored there; where nothing is, that becomes ours.
redis_command make_format_claim(const std::string& prefix);

/// What is to be there before a request that reads, which Redis executes by a command of its own:
/// its answer is 0 or 1. (A script would make Lua strings of all that is read, which takes three
/// times as long as reading.) Nothing for other requests.
std::optional<redis_command>
make_existence_check(const std::string& prefix, const store_request& request);

/// One more message for a command that appends one or several to the same room in the same epoch.
void add_message(redis_command& command, const append_message& request);

/// Whether it is one to which a message was added: the reply has an element for each then.
bool appends_several(const redis_command& command);

} // namespace klatsch::persistence
