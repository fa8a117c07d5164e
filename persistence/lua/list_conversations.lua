-- A user's conversations, the one with the newest message first.
-- KEYS: user's conversations, user's states, users      ARGV: limit
-- Returns {{id, name, seq, delivered, received}...}; see append_private for what they mean.
local answer = {}
local limit = tonumber(ARGV[1])
if limit > 0 then
  for _, other in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, limit - 1)) do
    local state = redis.call('HMGET', KEYS[2],
      other .. ':seq', other .. ':delivered', other .. ':received')
    answer[#answer + 1] = {other, redis.call('HGET', KEYS[3], other),
      state[1], state[2] or '0', state[3] or '0'}
  end
end
return answer
