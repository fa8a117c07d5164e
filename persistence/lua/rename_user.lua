-- KEYS: users      ARGV: user id, name
-- Returns the status done, or not_found.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return redis.status_reply('not_found')
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.status_reply('done')
