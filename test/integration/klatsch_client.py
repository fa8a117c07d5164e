"""A client of klatsch, written by docs/PROTOCOL.md alone: JSON-RPC 2.0 over a WebSocket.

It is the example to start from: it opens a session, sends requests one by one or as a batch, keeps
what the server tells it, and comes back after a lost connection without missing anything.

    client = await Client.connect("ws://localhost:8080/ws")
    await client.open(name="Ada")
    await client.request("room.send", {"room": "room", "text": "Hello!", "cid": "1"})
"""

import asyncio
import itertools
import json

import msgpack
from websockets.exceptions import ConnectionClosed
from websockets.legacy.client import connect as connect_web_socket  # in Debian 12 and 13 alike

# Every wait ends by then: a test that hangs is a test that fails.
DEADLINE_SECONDS = 20

SUBPROTOCOLS = {"json": "klatsch.v1.json", "msgpack": "klatsch.v1.msgpack"}


class RequestError(Exception):
    """A request was refused: `code`, `name` and `retry` say how, `data` holds the rest."""

    def __init__(self, error):
        super().__init__(f"{error['code']} {error['message']} {error['data']}")
        self.code = error["code"]
        self.message = error["message"]
        self.data = error["data"]
        self.name = error["data"]["name"]
        self.retry = error["data"]["retry"]


class ConnectionEnded(Exception):
    """The connection ended before the answer came; whether the request was done is unknown."""


class Client:
    """One connection, and what was heard over it. `received` holds (method, params) in order."""

    def __init__(self, url, wire):
        self.url = url
        self.wire = wire
        self.received = []
        self.opened = None
        # The last sequence number of every room and conversation that this client knows of.
        self.seen = {}
        self._socket = None
        self._ids = itertools.count(1)
        self._waiting = {}
        self._changed = asyncio.Event()
        self._reader = None

    @classmethod
    async def connect(cls, url, *, wire="json", cookie=None, origin=None):
        client = cls(url, wire)
        headers = {"Cookie": f"klatsch_session={cookie}"} if cookie else None
        await client.establish(origin=origin, extra_headers=headers)
        return client

    async def establish(self, **how):
        """The connection itself; `how` is for the library and overrides what is chosen here."""
        chosen = {
            "subprotocols": [SUBPROTOCOLS[self.wire]],
            "open_timeout": DEADLINE_SECONDS,
            "close_timeout": DEADLINE_SECONDS,
            "ping_interval": None,
            "max_size": None,
        }
        self._socket = await connect_web_socket(self.url, **chosen | how)
        self._reader = asyncio.create_task(self._read())

    # -- what a client says ----------------------------------------------------------------------

    async def open(self, *, token=None, name=None, resume=None):
        """Begins the session. Without a token (or cookie) the server makes a new user."""
        params = {"token": token, "name": name, "resume": resume}
        self.opened = await self.request(
            "session.open", {key: value for key, value in params.items() if value is not None}
        )
        return self.opened

    async def request(self, method, params=None):
        """The result, or a RequestError."""
        request, future = self.make_request(method, params)
        await self.write(request)
        answer = await asyncio.wait_for(future, DEADLINE_SECONDS)
        if "error" in answer:
            raise RequestError(answer["error"])
        return answer["result"]

    async def batch(self, calls):
        """All results of several (method, params), in their order; refusals as RequestError."""
        requests = [self.make_request(method, params) for method, params in calls]
        await self.write([request for request, _ in requests])
        answers = [await asyncio.wait_for(future, DEADLINE_SECONDS) for _, future in requests]
        return [
            RequestError(each["error"]) if "error" in each else each["result"] for each in answers
        ]

    async def notify(self, method, params=None):
        """A request without an id: it is executed, and not answered."""
        await self.write({"jsonrpc": "2.0", "method": method, "params": params or {}})

    async def write(self, thing):
        encode = msgpack.packb if self.wire == "msgpack" else json.dumps
        await self.write_bytes(encode(thing))

    async def write_bytes(self, encoded):
        """Sends a WebSocket message as it is: text where it is a string, binary otherwise."""
        try:
            await self._socket.send(encoded)
        except ConnectionClosed as error:
            raise ConnectionEnded from error

    # -- what the server says --------------------------------------------------------------------

    def told(self, method):
        """The params of every notification of this kind, in the order of their arrival."""
        return [params for name, params in self.received if name == method]

    def messages(self, room):
        return [each for each in self.told("message") if each["room"] == room]

    def privates(self, with_user):
        return [each for each in self.told("private") if each["with"] == with_user]

    async def until(self, condition, deadline=DEADLINE_SECONDS):
        """Waits until the condition holds; it is looked at whenever something has arrived."""

        async def wait():
            while not condition():
                if self._reader.done():
                    raise ConnectionEnded(f"closed with {self.close_code}")
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(wait(), deadline)

    async def closed(self, deadline=DEADLINE_SECONDS):
        """Waits for the end of the connection; the code with which the server closed it."""
        await asyncio.wait_for(asyncio.shield(self._reader), deadline)
        return self.close_code

    @property
    def close_code(self):
        return self._socket.close_code

    @property
    def alive(self):
        return not self._reader.done()

    # -- coming back -----------------------------------------------------------------------------

    @property
    def user(self):
        return self.opened["user"]

    @property
    def token(self):
        return self.opened["token"]

    def resume_points(self):
        return [{kind: name, "after": seq} for (kind, name), seq in self.seen.items()]

    async def reconnect(self):
        """A new connection of the same user, to which all that was missed is sent first."""
        client = await Client.connect(self.url, wire=self.wire)
        await client.open(token=self.token, resume=self.resume_points())
        return client

    async def disconnect(self):
        """Closes as it should be done."""
        await self._socket.close()
        await self._reader

    async def drop(self):
        """Breaks the connection without a word, as a lost network does."""
        self._socket.transport.abort()
        await self._reader

    # -- JSON-RPC --------------------------------------------------------------------------------

    def make_request(self, method, params):
        """(what is to be written, a future of the answer as it comes)."""
        number = next(self._ids)
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = (method, future)
        return {"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}, future

    async def _read(self):
        try:
            async for encoded in self._socket:
                decode = msgpack.unpackb if self.wire == "msgpack" else json.loads
                decoded = decode(encoded)
                for each in decoded if isinstance(decoded, list) else [decoded]:
                    self._take(each)
                self._changed.set()
        except ConnectionClosed:
            pass
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionEnded(f"closed with {self.close_code}"))
                future.exception()  # the one who asked may have gone
        self._changed.set()

    def _take(self, thing):
        if "method" in thing:
            self._note(thing["method"], thing["params"])
            self.received.append((thing["method"], thing["params"]))
        elif thing["id"] not in self._waiting:
            # The answer to what could not be read has no id.
            self.received.append(("unclaimed", thing))
        else:
            method, future = self._waiting.pop(thing["id"])
            if "result" in thing:
                self._note(method, thing["result"])
            if not future.done():
                future.set_result(thing)

    def _note(self, method, told):
        """Remembers how far this client has got."""
        if method == "session.open":
            for each in told["rooms"]:
                self.seen["room", each["room"]] = each["seq"]
            for each in told["conversations"]:
                self.seen["with", each["with"]["id"]] = each["seq"]
        elif method in ("message", "room.join"):
            self.seen["room", told["room"]] = told["seq"]
        elif method == "private":
            self.seen["with", told["with"]] = told["seq"]
        elif method == "member.left" and told["user"] == self.user:
            self.seen.pop(("room", told["room"]), None)
