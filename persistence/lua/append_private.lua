-- Gives a private message its conversation's next number and appends it to the conversation's log,
-- once for each cid; moves the conversation to the top of both users' lists; lets it wait for the
-- addressee unless it has been delivered.
-- KEYS: users, conversation:log, conversation:cids,
--       sender's conversations, states, waiting; addressee's conversations, states, waiting
-- ARGV: sender's id, sender's name, addressee's id, text, cid, ts, "1" when delivered
-- Returns {addressee's name, "seq ts"}, {…, "duplicate"}, or the status not_found.
--
-- In a user's states: <other>:seq, the conversation's newest number; <other>:received, that of the
-- newest message from the other one; <other>:delivered, up to where the user has been given all.
local from, to, ts = ARGV[1], ARGV[3], ARGV[6]
local to_name = redis.call('HGET', KEYS[1], to)
if not to_name then
  return redis.status_reply('not_found')
end
-- Ids have no blanks, so this names one cid of one user.
local key = from .. ' ' .. ARGV[5]
local known = redis.call('HGET', KEYS[3], key)
if known then
  return {to_name, known, 'duplicate'}
end

local function number(states, field)
  return tonumber(redis.call('HGET', states, field) or 0)
end
local function next_place(conversations)
  local top = redis.call('ZREVRANGE', conversations, 0, 0, 'WITHSCORES')
  return (tonumber(top[2]) or 0) + 1
end

-- Reading first: a key of a foreign type fails here, before anything is written.
local seq = number(KEYS[5], to .. ':seq') + 1
number(KEYS[8], from .. ':seq')
local sender_place, addressee_place = next_place(KEYS[4]), next_place(KEYS[7])
redis.call('SCARD', KEYS[6])
redis.call('SCARD', KEYS[9])

local number_text = string.format('%.0f', seq)
local stored = number_text .. ' ' .. ts
redis.call('XADD', KEYS[2], number_text .. '-0', 'ts', ts, 'from', from, 'from_name', ARGV[2],
  'to', to, 'to_name', to_name, 'text', ARGV[4], 'cid', ARGV[5])
redis.call('HSET', KEYS[3], key, stored)

-- One's own message has been given to oneself, unless others wait before it.
redis.call('ZADD', KEYS[4], sender_place, to)
redis.call('HSET', KEYS[5], to .. ':seq', number_text)
if number(KEYS[5], to .. ':delivered') >= number(KEYS[5], to .. ':received') then
  redis.call('HSET', KEYS[5], to .. ':delivered', number_text)
end

redis.call('ZADD', KEYS[7], addressee_place, from)
redis.call('HSET', KEYS[8], from .. ':seq', number_text, from .. ':received', number_text)
if ARGV[7] == '1' then
  redis.call('HSET', KEYS[8], from .. ':delivered', number_text)
end
if number(KEYS[8], from .. ':delivered') >= seq then
  redis.call('SREM', KEYS[9], from)
else
  redis.call('SADD', KEYS[9], from)
end
return {to_name, stored}
