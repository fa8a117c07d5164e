-- Whether a klatsch may use what lies here.
-- KEYS: format, rooms      ARGV: format of this klatsch
-- Returns the format of what lies here, which is that of this klatsch where nothing did; "none" for
-- rooms of a time before there were formats.
local found = redis.call('GET', KEYS[1])
if found then
  return found
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'none'
end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
