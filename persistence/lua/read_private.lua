-- A page of a conversation's log.
-- KEYS: users, conversation:log      ARGV: first, last, limit, "forwards" or "backwards", the other
-- Returns the entries in the direction of reading, or the status not_found.
if redis.call('HEXISTS', KEYS[1], ARGV[5]) == 0 then
  return redis.status_reply('not_found')
end
if ARGV[4] == 'forwards' then
  return redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
end
return redis.call('XREVRANGE', KEYS[2], ARGV[2], ARGV[1], 'COUNT', ARGV[3])
