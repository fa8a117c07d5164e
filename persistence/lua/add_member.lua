-- KEYS: room:state, room:members, users, user:rooms      ARGV: room, epoch, user id,
-- for a test: unfenced
-- Returns the status done, not_found (of the room or the user) or fenced.
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  return redis.status_reply('not_found')
end
if epoch ~= ARGV[2] and ARGV[4] ~= 'unfenced' then
  return redis.status_reply('fenced')
end
if redis.call('HEXISTS', KEYS[3], ARGV[3]) == 0 then
  return redis.status_reply('not_found')
end
-- Reading first: a key of a foreign type fails here, before anything is written.
redis.call('SCARD', KEYS[4])
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('SADD', KEYS[4], ARGV[1])
return redis.status_reply('done')
