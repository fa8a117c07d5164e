-- Gives a private message its conversation's next number and appends it to the conversation's log,
-- once for each cid; moves the conversation to the top of both users' lists; lets it wait for the
-- addressee unless it is delivered.
-- KEYS: conversation:log, conversation:state, sender's conversations, addressee's conversations,
--       addressee's waiting
-- ARGV: sender's id, addressee's id, "<sender's id> <cid>", the log entry's value, "delivered" or
--       "waits"
-- Returns seq, or {seq, value} of the entry that has this cid.
--
-- In a conversation's state: seq, its newest number; settled, as long as nothing in it waits and it
-- is the newest of both users, so that one message after the other needs no more than this;
-- <user>:waits, as long as something waits for the user, "<n> <m>": all up to n have been
-- delivered, m is the newest from the other one; for each message "<user> <cid>".
local state = redis.call('HMGET', KEYS[2], 'seq', ARGV[3], 'settled')
local stored = state[2]
if stored then
  local found = redis.call('XRANGE', KEYS[1], stored .. '-0', stored .. '-0')[1]
  return {stored, found and found[2][2]}
end
local before = state[1] or '0'
local seq = string.format('%d', before + 1)

local function append()
  redis.call('XADD', KEYS[1], seq .. '-0', 'message', ARGV[4])
  if seq == '64' then
    redis.call('HSET', KEYS[2], 'as_table', string.rep('.', 65)) -- see append_message
  end
end

if state[3] and ARGV[5] == 'delivered' then
  append()
  redis.call('HSET', KEYS[2], 'seq', seq, ARGV[3], seq)
  return seq
end

local from, to = ARGV[1], ARGV[2]
-- Reading first: a key of a foreign type fails here, before anything is written.
local waits = redis.call('HMGET', KEYS[2], from .. ':waits', to .. ':waits')
redis.call('SCARD', KEYS[5])
local tops = {}
for i = 3, 4 do
  tops[i] = redis.call('ZREVRANGE', KEYS[i], 0, 0, 'WITHSCORES')
end
-- One's own message is delivered to oneself, unless others wait before it.
local delivered = ARGV[5] == 'delivered' or (from == to and not waits[1])
local first = waits[2] and string.match(waits[2], '^%d+') or before
append()

local changed = {'seq', seq, ARGV[3], seq}
if not delivered then
  changed[5], changed[6] = to .. ':waits', first .. ' ' .. seq
  if not waits[2] then
    redis.call('SADD', KEYS[5], from)
  end
elseif waits[2] then
  redis.call('HDEL', KEYS[2], to .. ':waits')
  redis.call('SREM', KEYS[5], from)
end

local start, both, rest = string.match(KEYS[2], '^(.*{)(.*)(}.*)$')
for i = 3, 4 do
  local top = tops[i][1]
  if top ~= both then
    if top then
      -- It is none of KEYS. While it is no hash, nothing can be appended to it, so that its field
      -- does no harm.
      redis.pcall('HDEL', start .. top .. rest, 'settled')
    end
    redis.call('ZADD', KEYS[i], (tonumber(tops[i][2]) or 0) + 1, both)
  end
end
if delivered and (from == to or not waits[1]) then
  changed[#changed + 1] = 'settled'
  changed[#changed + 1] = '1'
elseif state[3] then
  redis.call('HDEL', KEYS[2], 'settled')
end
redis.call('HSET', KEYS[2], unpack(changed))
return seq
