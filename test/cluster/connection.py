"""One connection of a device, which takes down whatever passes over it."""

import asyncio
import itertools

from klatsch_client import Client, ConnectionEnded
from websockets.exceptions import InvalidHandshake, WebSocketException

CONNECT_DEADLINE_SECONDS = 2
OPEN_DEADLINE_SECONDS = 8
# A line is held to be dead after the sum of the two without a pong.
PING_INTERVAL_SECONDS = 1
PING_TIMEOUT_SECONDS = 2

_operations = itertools.count(1)
# What of the params is needed to judge.
_NOTED_PARAMS = ("room", "to", "cid", "text")


async def attempt_to_connect(connection):
    """Whether there is a node that speaks to us."""
    try:
        await asyncio.wait_for(connection.dial(), CONNECT_DEADLINE_SECONDS)
        return True
    except (OSError, asyncio.TimeoutError, InvalidHandshake, WebSocketException):
        return False


class Connection(Client):
    def __init__(self, url, recorder, device, name):
        super().__init__(url, "json")
        self.device = device
        self.name = name
        self.on_told = None
        self._recorder = recorder
        self._operations = {}
        self._opening = None

    async def dial(self):
        await self.establish(
            ping_interval=PING_INTERVAL_SECONDS,
            ping_timeout=PING_TIMEOUT_SECONDS,
            close_timeout=PING_INTERVAL_SECONDS,
        )

    @property
    def close_reason(self):
        return self._socket.close_reason

    def _record(self, event, **members):
        self._recorder.note(event, device=self.device, connection=self.name, **members)

    async def open_session(self, params, node, resume):
        """The result, or None where it was refused."""
        done = asyncio.get_running_loop().create_future()
        self._opening = {"node": node, "resume": resume}
        await self.invoke("session.open", params, done.set_result)
        ended = asyncio.ensure_future(self.closed(None))
        try:
            await asyncio.wait(
                {done, ended}, timeout=OPEN_DEADLINE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            ended.cancel()
        return done.result().get("result") if done.done() else None

    async def invoke(self, method, params, on_answer):
        """Sends a request; `on_answer` gets the answer as it is, if there is one."""
        await self.write(self._begin(method, params, on_answer))

    async def invoke_together(self, calls):
        """The same for several, as one batch; each of `calls` are the parameters of `invoke`."""
        await self.write([self._begin(*each) for each in calls])

    def _begin(self, method, params, on_answer):
        request, future = self.make_request(method, params)
        future.add_done_callback(_forget)
        operation = next(_operations)
        self._operations[request["id"]] = (operation, method, on_answer)
        noted = {name: params[name] for name in _NOTED_PARAMS if name in params}
        self._record("invoke", op=operation, method=method, **noted)
        return request

    async def abandon(self):
        """Ends it, however the other side is."""
        try:
            await asyncio.wait_for(self.drop(), CONNECT_DEADLINE_SECONDS)
        except (ConnectionEnded, asyncio.TimeoutError, AttributeError):
            pass

    def _take(self, thing):
        if "method" in thing:
            self._take_notification(thing["method"], thing["params"])
        elif thing["id"] in self._operations:
            self._take_answer(thing)
        super()._take(thing)
        # A run may last for hours; what was heard is in the history.
        self.received.clear()

    def _take_notification(self, method, told):
        if method in ("message", "private"):
            place = {name: told[name] for name in ("room", "with") if name in told}
            if "to" in told:
                place["to"] = told["to"]["id"]
            self._record(
                method,
                **place,
                **{"seq": told["seq"], "from": told["from"]["id"]},
                cid=told.get("cid"),
                text=told["text"],
            )
        elif method in ("member.joined", "member.left"):
            joined = method == "member.joined"
            self._record("member", room=told["room"], user=told["user"]["id"], joined=joined)
        if self.on_told:
            self.on_told(method, told)

    def _take_answer(self, thing):
        operation, method, on_answer = self._operations.pop(thing["id"])
        if "error" in thing:
            data = thing["error"]["data"]
            self._record("refused", op=operation, error=data["name"], retry=data["retry"])
        elif method == "session.open":
            self._record("answer", op=operation, result={})
            self.opened = thing["result"]
            self._take_opened(thing["result"])
        else:
            kept = {name: thing["result"][name] for name in ("seq",) if name in thing["result"]}
            self._record("answer", op=operation, result=kept)
            if method == "room.join" and self.on_told:
                self.on_told(method, thing["result"])
        on_answer(thing)

    def _take_opened(self, opened):
        conversations = [
            {"with": each["with"]["id"], "seq": each["seq"]}
            | ({"recovered": each["recovered"]} if "recovered" in each else {})
            for each in opened["conversations"]
        ]
        rooms = [
            {name: each[name] for name in ("room", "seq", "recovered") if name in each}
            for each in opened["rooms"]
        ]
        self._record(
            "opened",
            user=opened["user"]["id"],
            rooms=rooms,
            conversations=conversations,
            **self._opening,
        )


def _forget(future):
    """What became of it was taken down already."""
    if not future.cancelled():
        future.exception()
