-- Finds out whether the store can write.
-- KEYS: probe
-- Returns the status done.
redis.call('SET', KEYS[1], '1')
return redis.status_reply('done')
