-- All rooms, the oldest first.
-- KEYS: rooms, rooms:title      ARGV: limit
-- Returns {room, title, room, title...}.
local answer = {}
local limit = tonumber(ARGV[1])
if limit > 0 then
  for _, room in ipairs(redis.call('LRANGE', KEYS[1], 0, limit - 1)) do
    answer[#answer + 1] = room
    answer[#answer + 1] = redis.call('HGET', KEYS[2], room)
  end
end
return answer
