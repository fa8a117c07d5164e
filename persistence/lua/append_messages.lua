-- Gives messages the room's next numbers and appends them to the room's log, each once for its cid.
-- KEYS: room:state, room:log, room:cids
-- ARGV: epoch, "fenced" (for a test: "unfenced");
--       for each message: sender's id, sender's name, text, cid, ts
-- Returns for each message {"seq ts"}, {"seq ts", "duplicate"} or the error of its append; or for
-- all of them the status not_found or fenced.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if not state[1] then
  return redis.status_reply('not_found')
end
local older = state[1] ~= ARGV[1]
if older and ARGV[2] ~= 'unfenced' then
  return redis.status_reply('fenced')
end

local keys = {}
for i = 3, #ARGV, 5 do
  -- Ids have no blanks, so this names one cid of one user.
  keys[#keys + 1] = ARGV[i] .. ' ' .. ARGV[i + 3]
end
local known = redis.call('HMGET', KEYS[3], unpack(keys))
local seq = tonumber(state[2])
local results, added, of_these = {}, {}, {}
for n, key in ipairs(keys) do
  local stored = known[n] or of_these[key]
  if stored and not older then
    results[n] = {stored, 'duplicate'}
  else
    local i = 5 * n - 2
    local number = string.format('%.0f', seq + 1)
    -- The log first: what isn't a log, or is ahead of its number, fails here and leaves nothing.
    local entry = redis.pcall('XADD', KEYS[2], number .. '-0', 'ts', ARGV[i + 4],
      'from', ARGV[i], 'name', ARGV[i + 1], 'text', ARGV[i + 2], 'cid', ARGV[i + 3])
    if type(entry) == 'table' and entry.err then
      results[n] = entry
    else
      seq = seq + 1
      stored = number .. ' ' .. ARGV[i + 4]
      of_these[key] = stored
      added[#added + 1] = key
      added[#added + 1] = stored
      results[n] = {stored}
    end
  end
end
if #added > 0 then
  redis.call('HSET', KEYS[3], unpack(added))
  redis.call('HSET', KEYS[1], 'seq', string.format('%.0f', seq))
end
return results
