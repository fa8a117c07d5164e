-- Gives messages the room's next numbers and appends them to the room's log, each once for its cid.
-- KEYS: room:state, room:log
-- ARGV: epoch, "fenced" (for a test: "unfenced");
--       for each message: "<sender's id> <cid>", ts, the log entry's value
-- Returns for each message {"seq ts"}, {"seq ts", "duplicate"} or the error of its append; or for
-- all of them the status not_found or fenced.
local fields = {'epoch', 'seq'}
for i = 3, #ARGV, 3 do
  fields[#fields + 1] = ARGV[i]
end
local state = redis.call('HMGET', KEYS[1], unpack(fields))
if not state[1] then
  return redis.status_reply('not_found')
end
local older = state[1] ~= ARGV[1]
if older and ARGV[2] ~= 'unfenced' then
  return redis.status_reply('fenced')
end

local seq = tonumber(state[2])
local results, changed, of_these = {}, {'seq', state[2]}, {}
for n = 1, #fields - 2 do
  local cid = fields[n + 2]
  local stored = state[n + 2] or of_these[cid]
  if stored and not older then
    results[n] = {stored, 'duplicate'}
  else
    local number = string.format('%.0f', seq + 1)
    -- The log first: what isn't a log, or is ahead of its number, fails here and leaves nothing.
    local entry = redis.pcall('XADD', KEYS[2], number .. '-0', 'message', ARGV[3 * n + 2])
    if type(entry) == 'table' and entry.err then
      results[n] = entry
    else
      seq = seq + 1
      stored = number .. ' ' .. ARGV[3 * n + 1]
      of_these[cid] = stored
      changed[#changed + 1] = cid
      changed[#changed + 1] = stored
      results[n] = {stored}
      if seq == 64 then
        -- Redis keeps a hash of up to 512 entries as a list and looks through it for each of them,
        -- unless one is longer than 64 bytes: then it is a table.
        changed[#changed + 1] = 'as_table'
        changed[#changed + 1] = string.rep('.', 65)
      end
    end
  end
end
if #changed > 2 then
  changed[2] = string.format('%.0f', seq)
  redis.call('HSET', KEYS[1], unpack(changed))
end
return results
