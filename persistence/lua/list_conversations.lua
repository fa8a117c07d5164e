-- A user's conversations, the one with the newest message first.
-- KEYS: user's conversations, users
-- ARGV: limit, the user, what stands before and behind the two ids in the key of a conversation's
--       state
-- Returns {{id, name, seq, waits}...}: see append_private; where nothing waits, waits is "".
local limit, own = tonumber(ARGV[1]), ARGV[2]
local answer = {}
if limit > 0 then
  for _, both in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, limit - 1)) do
    local one, other = string.match(both, '^(.*):(.*)$')
    local with = one == own and other or one
    local name = redis.call('HGET', KEYS[2], with)
    if name then -- else a failover has lost the user
      local key = ARGV[3] .. both .. ARGV[4]
      local state = redis.pcall('HMGET', key, 'seq', own .. ':waits')
      if state.err then
        return redis.error_reply(state.err .. ', ' .. key) -- it is none of KEYS, which are logged
      end
      answer[#answer + 1] = {with, name, state[1], state[2] or ''}
    end
  end
end
return answer
