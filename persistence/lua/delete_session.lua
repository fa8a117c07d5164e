-- Makes a token void.
-- KEYS: sessions:user, sessions:expiry      ARGV: token hash
-- Returns {user id}, or the status not_found.
local owner = redis.call('HGET', KEYS[1], ARGV[1])
if not owner then
  return redis.status_reply('not_found')
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return {owner}
