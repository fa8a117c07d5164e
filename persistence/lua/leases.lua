-- The nodes of the cluster and their leases: lets go those whose lease has run out, does what is
-- asked for one node, and answers all that are left.
-- KEYS: cluster:state, cluster:nodes
-- ARGV: acquire | renew | release | expel, node id, epoch, lease ms, identity, load, most nodes,
-- greatest number of a view that the caller knows
-- Returns {done | taken | lapsed | full, view, {id, "epoch identity|load"...}, {id of a record that
-- was garbage, and is gone...}}, the records in no order.
--
-- A record is "<lease until> <lease ms> <epoch> <identity>|<load>", times in ms of this server. A
-- change of the identity is a new view, a change of the load is not.
local action, id, identity, load = ARGV[1], ARGV[2], ARGV[5], ARGV[6]
local lease_ms, most_nodes = tonumber(ARGV[4]), tonumber(ARGV[7])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function digits(number)
  return string.format('%.0f', number)
end

local function number(text, otherwise)
  if text and #text <= 15 and text:match('^%d+$') then
    return tonumber(text)
  end
  return otherwise
end

-- A number that was not given before, also where the last ones have been lost: a replica that took
-- over may not have heard of them.
local function next_number(last)
  return math.max(last + 1, now)
end

local function parse(node_id, record)
  if #node_id > 64 or not node_id:match('^[%w_-]+$') or #record > 2048 then
    return nil
  end
  local lease_until, length, epoch, known, served =
    record:match('^(%d+) (%d+) (%d+) ([^|]*)|([^|]*)$')
  local node = {lease_until = number(lease_until), lease_ms = number(length),
    epoch = number(epoch), identity = known, load = served}
  return node.lease_until and node.lease_ms and node.epoch and node
end

-- Reading first: a key of a foreign type fails here, before anything is written.
local state = redis.call('HMGET', KEYS[1], 'view', 'epoch', 'asked_at')
local view, last_epoch = number(state[1], 0), number(state[2], 0)
local gap = now - number(state[3], now)
if redis.call('HLEN', KEYS[2]) > 2 * most_nodes then
  return redis.error_reply('ERR more nodes than there can be')
end

local nodes, garbage, gone, count, longest = {}, {}, {}, 0, lease_ms
local stored = redis.call('HGETALL', KEYS[2])
for i = 1, #stored, 2 do
  local node = parse(stored[i], stored[i + 1])
  if node then
    nodes[stored[i]] = node
    longest = math.max(longest, node.lease_ms)
  else
    garbage[#garbage + 1] = stored[i]
    gone[#gone + 1] = stored[i]
  end
end

-- The leases' clock stands still while nobody asks; where this server's own clock was set back, it
-- goes on from there.
local shift = (gap > longest / 2 or gap < 0) and gap or 0
for node_id, node in pairs(nodes) do
  local lease_until = math.min(node.lease_until + shift, now + node.lease_ms)
  node.written = lease_until == node.lease_until
  node.lease_until = lease_until
  if lease_until <= now then
    nodes[node_id] = nil
    gone[#gone + 1] = node_id
  else
    count = count + 1
  end
end

local changed, status, node = #gone > 0, 'done', nodes[id]
local is_named = node and digits(node.epoch) == ARGV[3]
if action == 'acquire' then
  if node then
    status = 'taken'
  elseif count >= most_nodes then
    status = 'full'
  else
    last_epoch = next_number(last_epoch)
    nodes[id] = {epoch = last_epoch}
    node = nodes[id]
    changed = true
  end
elseif not is_named then
  status = action == 'expel' and 'done' or 'lapsed'
elseif action ~= 'renew' then
  nodes[id] = nil
  gone[#gone + 1] = id
  changed = true
end
if status == 'done' and (action == 'acquire' or action == 'renew') then
  changed = changed or node.identity ~= identity
  node.lease_until, node.lease_ms, node.identity, node.load = now + lease_ms, lease_ms, identity, load
  node.written = false
end
-- A server that knows less than the caller has lost something: its view is another one.
local known_view = number(ARGV[8], 0)
if changed or view < known_view then
  view = next_number(math.max(view, known_view))
end

-- What may be refused for want of memory comes first, and what removes last.
redis.call('HSET', KEYS[1],
  'view', digits(view), 'epoch', digits(last_epoch), 'asked_at', digits(now))
local answer = {}
for node_id, present in pairs(nodes) do
  local tail = digits(present.epoch) .. ' ' .. present.identity .. '|' .. present.load
  if not present.written then
    redis.call('HSET', KEYS[2], node_id,
      digits(present.lease_until) .. ' ' .. digits(present.lease_ms) .. ' ' .. tail)
  end
  answer[#answer + 1] = node_id
  answer[#answer + 1] = tail
end
for _, node_id in ipairs(gone) do
  if not nodes[node_id] then
    redis.call('HDEL', KEYS[2], node_id)
  end
end
return {status, digits(view), answer, garbage}
