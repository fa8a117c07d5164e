-- Gives a private message its conversation's next number and appends it to the conversation's log,
-- once for each cid; moves the conversation to the top of both users' lists; lets it wait for the
-- addressee unless it has been delivered.
-- KEYS: users, conversation:log, conversation:state, sender's conversations,
--       addressee's conversations, addressee's waiting
-- ARGV: sender's id, addressee's id, cid, ts, "1" when delivered, the log entry's value
-- Returns {addressee's name, "seq ts"}, {…, "duplicate"}, or the status not_found.
--
-- In a conversation's state: seq, its newest number; for each of the two <user>:received, that of
-- the newest message from the other one, and <user>:delivered, up to where the user has been given
-- all; for each message "<user> <cid>".
local from, to, ts = ARGV[1], ARGV[2], ARGV[4]
local to_name = redis.call('HGET', KEYS[1], to)
if not to_name then
  return redis.status_reply('not_found')
end
-- Ids have no blanks, so this names one cid of one user.
local cid = from .. ' ' .. ARGV[3]
local state = redis.call('HMGET', KEYS[3], cid, 'seq', from .. ':received', from .. ':delivered',
  to .. ':received', to .. ':delivered')
if state[1] then
  return {to_name, state[1], 'duplicate'}
end

-- Reading first: a key of a foreign type fails here, before anything is written.
local sender_top = redis.call('ZREVRANGE', KEYS[4], 0, 0)[1]
local addressee_top = redis.call('ZREVRANGE', KEYS[5], 0, 0)[1]
local sender_has_all = (tonumber(state[4]) or 0) >= (tonumber(state[3]) or 0)
-- Who waits for the addressee is in `waiting` exactly when this is so.
local waited = (tonumber(state[5]) or 0) > (tonumber(state[6]) or 0)
local delivered = ARGV[5] == '1' or (from == to and sender_has_all)
if waited or not delivered then
  redis.call('SCARD', KEYS[6])
end

local seq = (tonumber(state[2]) or 0) + 1
local number = string.format('%.0f', seq)
local stored = number .. ' ' .. ts
redis.call('XADD', KEYS[2], number .. '-0', 'message', ARGV[6], 'to', to .. ' ' .. to_name)

local changed = {cid, stored, 'seq', number, to .. ':received', number}
local function change(field, value)
  changed[#changed + 1] = field
  changed[#changed + 1] = value
end
-- One's own message has been given to oneself, unless others wait before it.
if sender_has_all then
  change(from .. ':delivered', number)
end
if delivered then
  change(to .. ':delivered', number)
end
if seq == 64 then
  change('as_table', string.rep('.', 65)) -- see append_messages
end
redis.call('HSET', KEYS[3], unpack(changed))

-- Scores cost a conversion into decimal digits, so they are read only where one changes.
local function move_to_top(conversations, other)
  local top = redis.call('ZREVRANGE', conversations, 0, 0, 'WITHSCORES')
  redis.call('ZADD', conversations, (tonumber(top[2]) or 0) + 1, other)
end
if sender_top ~= to then
  move_to_top(KEYS[4], to)
end
if addressee_top ~= from then
  move_to_top(KEYS[5], from)
end
if waited and delivered then
  redis.call('SREM', KEYS[6], from)
elseif not waited and not delivered then
  redis.call('SADD', KEYS[6], from)
end
return {to_name, stored}
