-- The user of a login token that has not expired; moves the expiry once half of the time is over.
-- KEYS: sessions:user, sessions:expiry, users      ARGV: token hash, now, new expiry
-- Returns {user id, name}, or the status not_found.
local owner = redis.call('HGET', KEYS[1], ARGV[1])
if not owner then
  return redis.status_reply('not_found')
end
local expiry = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or 0)
local now = tonumber(ARGV[2])
if expiry <= now then
  return redis.status_reply('not_found')
end
local name = redis.call('HGET', KEYS[3], owner)
if expiry - now <= (tonumber(ARGV[3]) - now) / 2 then
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
end
return {owner, name}
