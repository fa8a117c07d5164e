-- A user, the rooms it is a member of, and whose private messages wait for it.
-- KEYS: users, user:rooms, user:waiting      ARGV: user id
-- Returns {name, {rooms}, {waiting}} in no order, or the status not_found.
local name = redis.call('HGET', KEYS[1], ARGV[1])
if not name then
  return redis.status_reply('not_found')
end
return {name, redis.call('SMEMBERS', KEYS[2]), redis.call('SMEMBERS', KEYS[3])}
