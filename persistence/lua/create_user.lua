-- A new user with a token, both or neither.
-- KEYS: users, sessions:user, sessions:expiry
-- ARGV: user id, name, token hash, expiry
-- Returns the status done, or exists.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 or redis.call('HEXISTS', KEYS[2], ARGV[3]) == 1 then
  return redis.status_reply('exists')
end
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.status_reply('done')
