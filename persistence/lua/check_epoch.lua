-- KEYS: room:state      ARGV: epoch, for a test: unfenced
-- Returns the status done, not_found (of the room) or fenced.
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  return redis.status_reply('not_found')
end
if epoch ~= ARGV[1] and ARGV[2] ~= 'unfenced' then
  return redis.status_reply('fenced')
end
return redis.status_reply('done')
