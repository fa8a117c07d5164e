-- Removes tokens that are past their expiry, the oldest first.
-- KEYS: sessions:expiry, sessions:user      ARGV: now, limit
-- Returns {1 when there are more, users who lost their token...}.
local limit = tonumber(ARGV[2])
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, limit + 1)
local answer = {0}
for position, token in ipairs(due) do
  if position > limit then
    answer[1] = 1
    break
  end
  local owner = redis.call('HGET', KEYS[2], token)
  if owner then
    answer[#answer + 1] = owner
  end
  redis.call('HDEL', KEYS[2], token)
  redis.call('ZREM', KEYS[1], token)
end
return answer
