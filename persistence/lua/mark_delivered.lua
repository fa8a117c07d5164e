-- A conversation's messages up to a number wait no longer; never moves backwards.
-- KEYS: conversation:state, user's waiting      ARGV: the user, the other, seq
-- Returns the status done.
local state = redis.call('HMGET', KEYS[1],
  'seq', ARGV[1] .. ':delivered', ARGV[1] .. ':received')
if not state[1] then
  return redis.status_reply('done')
end
redis.call('SCARD', KEYS[2])
local delivered = math.min(tonumber(ARGV[3]), tonumber(state[1]))
if delivered > tonumber(state[2] or 0) then
  redis.call('HSET', KEYS[1], ARGV[1] .. ':delivered', string.format('%.0f', delivered))
  if delivered >= tonumber(state[3] or 0) then
    redis.call('SREM', KEYS[2], ARGV[2])
  end
end
return redis.status_reply('done')
