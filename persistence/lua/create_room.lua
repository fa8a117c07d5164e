-- A new room at the end of the list.
-- KEYS: rooms, rooms:title, room:state, format      ARGV: room, title, now, format of this klatsch
-- Returns the status done, or exists.
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then
  return redis.status_reply('exists')
end
-- Reading first: a key of a foreign type fails here, before anything is written.
redis.call('LLEN', KEYS[1])
redis.call('HSET', KEYS[3], 'epoch', 0, 'seq', 0, 'created_at', ARGV[3])
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
-- It is there, unless Redis was emptied since this klatsch was connected.
redis.call('SET', KEYS[4], ARGV[4], 'NX')
return redis.status_reply('done')
