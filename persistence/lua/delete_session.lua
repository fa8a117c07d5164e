-- Makes a token void.
-- KEYS: sessions:user, sessions:expiry, sessions:count      ARGV: token hash
-- Returns {user id, tokens that the user still has}, or the status not_found.
local owner = redis.call('HGET', KEYS[1], ARGV[1])
if not owner then
  return redis.status_reply('not_found')
end
redis.call('ZSCORE', KEYS[2], ARGV[1])
-- The one command that may be refused for want of memory comes first.
local remaining = redis.call('HINCRBY', KEYS[3], owner, -1)
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
if remaining <= 0 then
  redis.call('HDEL', KEYS[3], owner)
  remaining = 0
end
return {owner, remaining}
