-- Gives a message the room's next number and appends it to the room's log, once for each cid.
-- KEYS: room:state, room:log, room:cids
-- ARGV: epoch, sender's id, sender's name, text, cid, ts; for a test: unfenced
-- Returns {"seq ts"}, {"seq ts", "duplicate"}, or the status not_found or fenced.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if not state[1] then
  return redis.status_reply('not_found')
end
local older = state[1] ~= ARGV[1]
if older and ARGV[7] ~= 'unfenced' then
  return redis.status_reply('fenced')
end
-- Ids have no blanks, so this names one cid of one user.
local key = ARGV[2] .. ' ' .. ARGV[5]
local known = redis.call('HGET', KEYS[3], key)
if known and not older then
  return {known, 'duplicate'}
end
local seq = string.format('%.0f', tonumber(state[2]) + 1)
local stored = seq .. ' ' .. ARGV[6]
-- The log first: what isn't a log, or is ahead of its number, fails here and leaves nothing.
redis.call('XADD', KEYS[2], seq .. '-0',
  'ts', ARGV[6], 'from', ARGV[2], 'name', ARGV[3], 'text', ARGV[4], 'cid', ARGV[5])
redis.call('HSET', KEYS[3], key, stored)
redis.call('HSET', KEYS[1], 'seq', seq)
return {stored}
