-- Gives a message the room's next number and appends it to the room's log, once for its cid. What
-- append_messages does for several, at four fifths of the price: most come alone.
-- KEYS: room:state, room:log
-- ARGV: epoch, "<sender's id> <cid>", the log entry's value; for a test: "unfenced"
-- Returns seq, or {seq, value} of the entry that has this cid, or the status not_found or fenced.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'seq', ARGV[2])
local fenced = state[1] ~= ARGV[1]
if not state[1] then
  return redis.status_reply('not_found')
end
if fenced and not ARGV[4] then
  return redis.status_reply('fenced')
end

local stored = state[3]
if stored and not fenced then
  local found = redis.call('XRANGE', KEYS[2], stored .. '-0', stored .. '-0')[1]
  return {stored, found and found[2][2]}
end

local seq = string.format('%d', state[2] + 1)
-- The log first: what isn't a log, or is ahead of its number, fails here and leaves nothing.
redis.call('XADD', KEYS[2], seq .. '-0', 'message', ARGV[3])
if seq == '64' then
  -- Redis keeps a hash of up to 512 entries as a list and looks through it for each of them, unless
  -- one is longer than 64 bytes: then it is a table.
  redis.call('HSET', KEYS[1], 'as_table', string.rep('.', 65))
end
redis.call('HSET', KEYS[1], 'seq', seq, ARGV[2], seq)
return seq
