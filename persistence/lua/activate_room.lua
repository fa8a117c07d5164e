-- Takes a room for a new actor: its epoch fences all earlier ones.
-- KEYS: rooms:title, room:state, room:members, users, cluster:state
-- ARGV: room, number of the cluster's view that the caller knows ("0": there is no cluster)
-- Returns {title, epoch, seq, {id, name, id, name...} in no order, epoch before}, or the status
-- not_found or stale_view.
local title = redis.call('HGET', KEYS[1], ARGV[1])
if not title then
  return redis.status_reply('not_found')
end
if ARGV[2] ~= '0' and redis.call('HGET', KEYS[5], 'view') ~= ARGV[2] then
  return redis.status_reply('stale_view')
end
local members = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  members[#members + 1] = id
  members[#members + 1] = redis.call('HGET', KEYS[4], id)
end
local state = redis.call('HMGET', KEYS[2], 'epoch', 'seq')
-- Counting alone would give a number twice where a replica took over that had not heard of the last
-- ones.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local epoch = string.format('%.0f', math.max(tonumber(state[1]) + 1, now))
redis.call('HSET', KEYS[2], 'epoch', epoch)
return {title, epoch, state[2], members, state[1]}
