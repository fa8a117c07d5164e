-- A user's conversations, the one with the newest message first.
-- KEYS: user's conversations, users
-- ARGV: limit, the user, what stands before and behind the two ids in the key of a conversation's
--       state
-- Returns {{id, name, seq, delivered, received}...}; see append_private for what they mean.
local limit, own = tonumber(ARGV[1]), ARGV[2]

-- As in C++, by bytes: Lua compares by the rules of a language.
local function precedes(one, other)
  for i = 1, math.min(#one, #other) do
    if one:byte(i) ~= other:byte(i) then
      return one:byte(i) < other:byte(i)
    end
  end
  return #one < #other
end

local answer = {}
if limit > 0 then
  for _, other in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, limit - 1)) do
    local both = precedes(own, other) and own .. ':' .. other or other .. ':' .. own
    local key = ARGV[3] .. both .. ARGV[4]
    local state = redis.pcall('HMGET', key, 'seq', own .. ':delivered', own .. ':received')
    if state.err then
      return redis.error_reply(state.err .. ', ' .. key) -- it is none of KEYS, which are logged
    end
    answer[#answer + 1] = {other, redis.call('HGET', KEYS[2], other),
      state[1], state[2] or '0', state[3] or '0'}
  end
end
return answer
