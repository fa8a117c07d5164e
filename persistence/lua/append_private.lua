-- Gives a private message its conversation's next number and appends it to the conversation's log,
-- once for each cid; moves the conversation to the top of both users' lists; lets it wait for the
-- addressee unless it has been delivered.
-- KEYS: users, conversation:log, conversation:cids,
--       sender's conversations, states; addressee's conversations, states, waiting
-- ARGV: sender's id, addressee's id, cid, ts, "1" when delivered, the log entry's value
-- Returns {addressee's name, "seq ts"}, {…, "duplicate"}, or the status not_found.
--
-- In a user's states: <other>:seq, the conversation's newest number; <other>:received, that of the
-- newest message from the other one; <other>:delivered, up to where the user has been given all.
local from, to, ts = ARGV[1], ARGV[2], ARGV[4]
local to_name = redis.call('HGET', KEYS[1], to)
if not to_name then
  return redis.status_reply('not_found')
end
-- Ids have no blanks, so this names one cid of one user.
local key = from .. ' ' .. ARGV[3]
local known = redis.call('HGET', KEYS[3], key)
if known then
  return {to_name, known, 'duplicate'}
end

-- Reading first: a key of a foreign type fails here, before anything is written.
local own = redis.call('HMGET', KEYS[5], to .. ':seq', to .. ':received', to .. ':delivered')
local others = redis.call('HMGET', KEYS[7], from .. ':delivered', from .. ':received')
local sender_top = redis.call('ZREVRANGE', KEYS[4], 0, 0)[1]
local addressee_top = redis.call('ZREVRANGE', KEYS[6], 0, 0)[1]

local delivered = tonumber(others[1]) or 0
-- Who waits for the addressee is in `waiting` exactly when this is so.
local waits = (tonumber(others[2]) or 0) > delivered
if waits or ARGV[5] ~= '1' then
  redis.call('SCARD', KEYS[8])
end

local seq = (tonumber(own[1]) or 0) + 1
local number = string.format('%.0f', seq)
local stored = number .. ' ' .. ts
redis.call('XADD', KEYS[2], number .. '-0', 'message', ARGV[6], 'to', to .. ' ' .. to_name)
if seq == 64 then
  -- See append_messages: from now on a table.
  redis.call('HSET', KEYS[3], key, stored, 'as_table', string.rep('.', 65))
else
  redis.call('HSET', KEYS[3], key, stored)
end

-- Scores cost a conversion into decimal digits, so they are read only where one changes.
local function move_to_top(conversations, other)
  local top = redis.call('ZREVRANGE', conversations, 0, 0, 'WITHSCORES')
  redis.call('ZADD', conversations, (tonumber(top[2]) or 0) + 1, other)
end
if sender_top ~= to then
  move_to_top(KEYS[4], to)
end
-- One's own message has been given to oneself, unless others wait before it.
if (tonumber(own[3]) or 0) >= (tonumber(own[2]) or 0) then
  redis.call('HSET', KEYS[5], to .. ':seq', number, to .. ':delivered', number)
  if from == to then
    delivered = seq
  end
else
  redis.call('HSET', KEYS[5], to .. ':seq', number)
end

if addressee_top ~= from then
  move_to_top(KEYS[6], from)
end
if ARGV[5] == '1' then
  delivered = seq
  redis.call('HSET', KEYS[7], from .. ':seq', number, from .. ':received', number,
    from .. ':delivered', number)
else
  redis.call('HSET', KEYS[7], from .. ':seq', number, from .. ':received', number)
end
if waits and delivered >= seq then
  redis.call('SREM', KEYS[8], from)
elseif not waits and delivered < seq then
  redis.call('SADD', KEYS[8], from)
end
return {to_name, stored}
