-- Gives messages the room's next numbers and appends them to the room's log, each once for its cid.
-- KEYS: room:state, room:log
-- ARGV: epoch; for each message: "<sender's id> <cid>", the log entry's value;
--       for a test: "unfenced"
-- Returns for each message what append_message does, or the error of its append; or for all of them
-- the status not_found or fenced.
local fields = {'epoch', 'seq'}
for i = 2, #ARGV - 1, 2 do
  fields[#fields + 1] = ARGV[i]
end
local state = redis.call('HMGET', KEYS[1], unpack(fields))
local fenced = state[1] ~= ARGV[1]
if not state[1] then
  return redis.status_reply('not_found')
end
if fenced and #ARGV % 2 == 1 then
  return redis.status_reply('fenced')
end

local function stored_entry(seq)
  local found = redis.pcall('XRANGE', KEYS[2], seq .. '-0', seq .. '-0')
  if found.err then
    return found
  end
  return {seq, found[1] and found[1][2][2]}
end

local last = tonumber(state[2])
local results, changed, of_these = {}, {'seq', state[2]}, {}
for n = 1, #fields - 2 do
  local cid = fields[n + 2]
  local stored = state[n + 2] or of_these[cid]
  if stored and not fenced then
    results[n] = stored_entry(stored)
  else
    local seq = string.format('%d', last + 1)
    -- The log first, as in append_message.
    local entry = redis.pcall('XADD', KEYS[2], seq .. '-0', 'message', ARGV[2 * n + 1])
    if type(entry) == 'table' and entry.err then
      results[n] = entry
    else
      last = last + 1
      of_these[cid] = seq
      changed[2] = seq
      changed[#changed + 1] = cid
      changed[#changed + 1] = seq
      results[n] = seq
      if last == 64 then -- see append_message
        changed[#changed + 1] = 'as_table'
        changed[#changed + 1] = string.rep('.', 65)
      end
    end
  end
end
if #changed > 2 then
  redis.call('HSET', KEYS[1], unpack(changed))
end
return results
