"""The history of a run: what clients asked, were answered and told, and what was done to the nodes.

One JSON object a line, in the order in which it was seen by the one process in which all clients
run, so that their times can be compared. Every event has `t` (seconds of the monotonic clock since
the beginning) and `event`:

| event | further members |
|---|---|
| `cluster` | nodes (how many), seed, network |
| `opened` | device, connection, user, node, resume, rooms, conversations |
| `closed` | device, connection, code, reason |
| `invoke` | device, connection, op (unique), method, and the params that concern it |
| `answer` | device, connection, op, result |
| `refused` | device, connection, op, error (its name), retry |
| `message` | device, connection, room, seq, from, cid, text |
| `private` | device, connection, with, seq, from, to, cid, text |
| `member` | device, connection, room, user, joined |
| `fault` | kind, targets, phase (`begin`, `end`), lasts_s |
| `exit` | node, code: a node ended that nobody had told to |
| `slow_stop` | node: it had to be killed as it did not end in time after SIGTERM |
| `healed` | all faults are over and every node says that it is ready |
| `stuck` | device, waiting: it still had messages that nobody acknowledged when the run ended |
| `failed` | device, what: the test itself is wrong |
| `log` | room, node (where it was read), messages: [[seq, from, cid, text, ts]] |
| `conversation` | users, messages: the same |
| `end` | what follows is the end of the clients |
"""

import json
import time


class Recorder:
    """Takes events down, in memory and in a file."""

    def __init__(self, path=None):
        self.events = []
        self._begin = time.monotonic()
        self._file = open(path, "w", encoding="utf-8") if path else None

    def now(self):
        return round(time.monotonic() - self._begin, 6)

    def note(self, event, **members):
        noted = {"t": self.now(), "event": event, **members}
        self.events.append(noted)
        if self._file:
            self._file.write(json.dumps(noted, separators=(",", ":")) + "\n")
        return noted

    def close(self):
        if self._file:
            self._file.close()


def load(path):
    """The events of a file, as Recorder has written them."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]
