-- A conversation's messages up to a number wait no longer; never moves backwards.
-- KEYS: conversation:state, user's waiting      ARGV: the user, the other, seq
-- Returns the status done.
local field = ARGV[1] .. ':waits'
local waits = redis.call('HGET', KEYS[1], field)
redis.call('SCARD', KEYS[2])
if waits then
  local delivered, newest = string.match(waits, '^(%d+) (%d+)$')
  local seq = tonumber(ARGV[3])
  if seq >= tonumber(newest) then
    redis.call('HDEL', KEYS[1], field)
    redis.call('SREM', KEYS[2], ARGV[2])
  elseif seq > tonumber(delivered) then
    redis.call('HSET', KEYS[1], field, ARGV[3] .. ' ' .. newest)
  end
end
return redis.status_reply('done')
