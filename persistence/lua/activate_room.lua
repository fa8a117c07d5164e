-- Takes a room for a new actor: its epoch fences all earlier ones.
-- KEYS: rooms:title, room:state, room:members, users      ARGV: room
-- Returns {title, epoch, seq, {id, name, id, name...}} in no order, or the status not_found.
local title = redis.call('HGET', KEYS[1], ARGV[1])
if not title then
  return redis.status_reply('not_found')
end
local members = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  members[#members + 1] = id
  members[#members + 1] = redis.call('HGET', KEYS[4], id)
end
local seq = redis.call('HGET', KEYS[2], 'seq')
local epoch = redis.call('HINCRBY', KEYS[2], 'epoch', 1)
return {title, epoch, seq, members}
