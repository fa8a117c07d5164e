"""A device: one client program of one user, which behaves as an SDK should.

It connects to any node, resumes where it was, keeps what it wants said in a queue until that is
acknowledged, sends it again with the same cid, and takes down all that it says and hears.
"""

import asyncio
import functools
import itertools
import json
import random
import traceback

from connection import Connection, attempt_to_connect
from klatsch_client import ConnectionEnded

# More would make the server stop reading (64 by default), and nothing could be measured by it.
PIPELINED_REQUESTS = 32
# After this it is sent again on the same connection.
ANSWER_DEADLINE_SECONDS = 5
FIRST_RECONNECT_MS = 50
LAST_RECONNECT_MS = 1000


class Wanted:
    """A request that is to be done, again and again until it is answered for good."""

    def __init__(self, method, params):
        self.method = method
        self.params = params
        self.future = asyncio.get_running_loop().create_future()
        self.sent_on = None
        self.sent_at = 0.0
        self.due = 0.0
        self.refusals = 0


class Account:
    """A user: the first device makes it, the others use its token."""

    def __init__(self, name):
        self.name = name
        self.token = None
        self.id = None
        self.made = asyncio.Event()

    def take(self, opened):
        if self.token is None:
            self.token = opened["token"]
            self.id = opened["user"]["id"]
            self.made.set()


class Device:
    def __init__(self, name, account, nodes, recorder, seed, *, maker):
        """`nodes` is {name: url}; `maker` says that this device makes the account."""
        self.name = name
        self.account = account
        self.rooms = set()
        self.cursors = {}
        self.connected_to = None
        self._nodes = nodes
        self._recorder = recorder
        self._random = random.Random(seed)
        self._maker = maker
        self._queue = {}
        self._keys = itertools.count(1)
        self._connections = itertools.count(1)
        self._changed = asyncio.Event()
        self._stopping = False
        self._task = None
        self.opened = asyncio.Event()

    # -- what it is told to do -------------------------------------------------------------------

    def start(self):
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._on_ended)

    def _on_ended(self, task):
        """A device that fails would look like one that has nothing to say."""
        if not task.cancelled() and task.exception():
            trace = "".join(traceback.format_exception(task.exception()))
            self._recorder.note("failed", device=self.name, what=trace)

    def want(self, method, params):
        """Adds to the queue; the future has the result, or None where it was refused for good."""
        wanted = Wanted(method, params)
        self._queue[next(self._keys)] = wanted
        self._changed.set()
        return wanted.future

    def say(self, room, text):
        return self.want("room.send", {"room": room, "text": text, "cid": self._make_cid()})

    def whisper(self, to, text):
        return self.want("user.send", {"to": to, "text": text, "cid": self._make_cid()})

    def join(self, room):
        return self.want("room.join", {"room": room})

    def leave(self, room):
        self.rooms.discard(room)
        return self.want("room.leave", {"room": room})

    @property
    def waiting(self):
        """How many requests have no answer yet."""
        return len(self._queue)

    async def stop(self):
        self._stopping = True
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _make_cid(self):
        return f"{self.name}-{next(self._keys)}"

    # -- connections -----------------------------------------------------------------------------

    async def _run(self):
        delay_ms = FIRST_RECONNECT_MS
        while not self._stopping:
            asked_ms = await self._live_once()
            if self.opened.is_set():
                delay_ms = FIRST_RECONNECT_MS
            self.opened.clear()
            self.connected_to = None
            wait_ms = delay_ms if asked_ms is None else asked_ms
            await asyncio.sleep(wait_ms * self._random.uniform(0.5, 1) / 1000)
            delay_ms = min(delay_ms * 2, LAST_RECONNECT_MS)

    async def _live_once(self):
        """One connection from its beginning to its end; the delay that the server asked for."""
        if not self._maker:
            await self.account.made.wait()
        node = self._random.choice(sorted(self._nodes))
        name = f"{self.name}/{next(self._connections)}"
        connection = Connection(self._nodes[node], self._recorder, self.name, name)
        if not await attempt_to_connect(connection):
            return None
        try:
            if not self._stopping and await self._open(connection, node):
                await self._until_either_ends(connection.closed(None), self._pump(connection))
        except (ConnectionEnded, asyncio.TimeoutError):
            pass
        finally:
            await connection.abandon()
            code, reason = connection.close_code, connection.close_reason
            self._recorder.note(
                "closed", device=self.name, connection=name, code=code, reason=reason
            )
        return asked_delay_ms(code, reason)

    @staticmethod
    async def _until_either_ends(*coroutines):
        tasks = [asyncio.ensure_future(each) for each in coroutines]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _open(self, connection, node):
        """Whether the session is open."""
        resume = [{kind: name, "after": seq} for (kind, name), seq in self.cursors.items()]
        params = {"token": self.account.token} if self.account.token else {}
        params |= {"name": self.account.name} if not self.account.token else {}
        params |= {"resume": resume} if resume else {}
        connection.on_told = self._on_told
        answer = await connection.open_session(params, node, resume)
        if answer is None:
            return False
        self.account.take(answer)
        self.rooms = {each["room"] for each in answer["rooms"]}
        now = {("room", each["room"]): each for each in answer["rooms"]}
        now |= {("with", each["with"]["id"]): each for each in answer["conversations"]}
        for key in [key for key in self.cursors if key[0] == "room" and key not in now]:
            del self.cursors[key]
        for key, each in now.items():
            # What is recovered follows; what was never named begins here; the rest is skipped.
            if not each.get("recovered"):
                self.cursors[key] = each["seq"]
        self.connected_to = node
        self.opened.set()
        return True

    def _on_told(self, method, told):
        """Moves the cursors; called for each notification and each answer to a join."""
        if method == "message":
            self._advance(("room", told["room"]), told["seq"])
        elif method == "private":
            self._advance(("with", told["with"]), told["seq"])
        elif method == "room.join":
            self.rooms.add(told["room"])
            self._advance(("room", told["room"]), told["seq"])
        elif method == "member.left" and told["user"]["id"] == self.account.id:
            self.rooms.discard(told["room"])
            self.cursors.pop(("room", told["room"]), None)

    def _advance(self, key, seq):
        self.cursors[key] = max(self.cursors.get(key, 0), seq)

    # -- the queue -------------------------------------------------------------------------------

    async def _pump(self, connection):
        """Sends what is wanted, in its order; and what was lost or refused for now, again."""
        clock = asyncio.get_running_loop().time
        while True:
            self._changed.clear()
            now = clock()
            for wanted in self._queue.values():
                late = now - wanted.sent_at > ANSWER_DEADLINE_SECONDS
                if wanted.sent_on is connection and late:
                    wanted.sent_on = None
            ready = self._take_ready(connection, now)
            if len(ready) > 1 and self._random.random() < 0.5:
                await connection.invoke_together(ready)
            else:
                for each in ready:
                    await connection.invoke(*each)
            # Not wait_for, which may swallow the cancellation that ends this.
            timer = asyncio.get_running_loop().call_later(0.1, self._changed.set)
            await self._changed.wait()
            timer.cancel()

    def _take_ready(self, connection, now):
        """What is to be sent now, as parameters of `Connection.invoke`."""
        in_flight = sum(each.sent_on is connection for each in self._queue.values())
        ready = []
        for key, wanted in self._queue.items():
            if wanted.sent_on is connection or wanted.due > now:
                continue
            if in_flight + len(ready) >= PIPELINED_REQUESTS:
                break
            wanted.sent_on, wanted.sent_at = connection, now
            on_answer = functools.partial(self._on_answer, key, wanted)
            ready.append((wanted.method, wanted.params, on_answer))
        return ready

    def _on_answer(self, key, wanted, answer):
        error = answer.get("error")
        if error and error["data"]["retry"]:
            wanted.refusals += 1
            backoff_ms = min(50 * 2**wanted.refusals, 1000)
            wait_ms = error["data"].get("retry_after_ms", backoff_ms)
            wanted.due = asyncio.get_running_loop().time() + wait_ms / 1000
            wanted.sent_on = None
        elif self._queue.pop(key, None) and not wanted.future.done():
            wanted.future.set_result(answer.get("result"))
        self._changed.set()


def asked_delay_ms(code, reason):
    """What the close frame asks the client to wait; None where it asks nothing."""
    if code != 4000 or not reason:
        return None
    try:
        return json.loads(reason).get("retry_after_ms")
    except (ValueError, AttributeError):
        return None
