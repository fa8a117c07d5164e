"""What the tests of the chat share: a server per class, and users who come and go."""

import asyncio
import itertools
import unittest

from klatsch_client import DEADLINE_SECONDS, Client, RequestError
from server import Redis, Server, wait_until

_unique = itertools.count(1)


def make_cid():
    return f"cid-{next(_unique)}"


def make_room_id():
    return f"room-{next(_unique)}"


class ChatTest(unittest.IsolatedAsyncioTestCase):
    """The server is shared by the tests of a class, which therefore use users and rooms of their
    own. A test that stops it asks for a server of its own by `make_server`."""

    options = ()
    server = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.options)
        cls.addClassCleanup(cls.server.end)
        cls.server.start_ready()

    def setUp(self):
        # unittest turns it on; it slows down what carries thousands of messages.
        asyncio.get_event_loop_policy().get_event_loop().set_debug(False)

    def make_server(self, *options, **how):
        server = Server(*options, **how)
        self.addCleanup(server.end)
        return server

    def make_redis(self):
        redis = Redis().start()
        self.addCleanup(redis.end)
        return redis

    async def connect(self, server=None, **how):
        """A connection on which no session is open yet."""
        return await self.connect_to((server or self.server).web_socket_url, **how)

    async def connect_to(self, url, **how):
        client = await Client.connect(url, **how)
        self.addAsyncCleanup(client.disconnect)
        return client

    async def make_user(self, name=None, *, server=None, wire="json"):
        """A new user with one session."""
        client = await self.connect(server, wire=wire)
        await client.open(name=name)
        return client

    async def make_users(self, *names, server=None):
        return await asyncio.gather(*(self.make_user(name, server=server) for name in names))

    async def open_again(self, client, **how):
        """One more session of a user, as on another device."""
        device = await self.connect_to(client.url, wire=client.wire)
        await device.open(token=client.token, **how)
        return device

    async def reconnect(self, client):
        device = await client.reconnect()
        self.addAsyncCleanup(device.disconnect)
        return device

    async def make_room(self, *members):
        """A room of which all of these are members, and nobody else."""
        room = make_room_id()
        await members[0].request("room.create", {"title": f"Title of {room}", "room": room})
        for each in members:
            await each.request("room.join", {"room": room})
        return room

    async def assert_refused(self, name, request):
        """The request is refused with the error of this name, which is returned."""
        with self.assertRaises(RequestError) as caught:
            await request
        self.assertEqual(caught.exception.name, name, caught.exception)
        return caught.exception

    async def assert_refused_for_good(self, name, make_request):
        """The same, where the first refusals may say that another try helps."""
        return await self.assert_refused(name, persistently(make_request))

    async def eventually(self, condition, what):
        """Waits for what only asking tells, while the clients go on answering pings."""
        return await asyncio.to_thread(wait_until, condition, what)

    def assert_dense(self, messages, first=1):
        """No gap, no double, in order."""
        numbers = [each["seq"] for each in messages]
        self.assertEqual(numbers, list(range(first, first + len(numbers))))


async def persistently(make_request):
    """Asks again, as a client does, as long as the error says that this may help."""

    async def ask():
        while True:
            try:
                return await make_request()
            except RequestError as error:
                if not error.retry:
                    raise
                await asyncio.sleep(error.data.get("retry_after_ms", 20) / 1000)

    return await asyncio.wait_for(ask(), DEADLINE_SECONDS)


async def say(client, room, text, cid=None):
    """Sends a message to a room; {seq, ts}."""
    return await client.request("room.send", {"room": room, "text": text, "cid": cid or make_cid()})


async def tell(client, other, text, cid=None):
    """Sends a private message to the user of another client; {seq, ts}."""
    return await client.request(
        "user.send", {"to": other.user["id"], "text": text, "cid": cid or make_cid()}
    )


async def read_all(client, room):
    """The whole history of a room, page by page."""
    messages, more = [], True
    while more:
        after = messages[-1]["seq"] if messages else 0
        page = await client.request("room.history", {"room": room, "after": after, "limit": 100})
        messages += page["messages"]
        more = page["more"]
    return messages


async def read_all_private(client, other):
    """The whole conversation with the user of another client."""
    messages, more = [], True
    while more:
        after = messages[-1]["seq"] if messages else 0
        page = await client.request(
            "user.history", {"with": other.user["id"], "after": after, "limit": 100}
        )
        messages += page["messages"]
        more = page["more"]
    return messages


def joined(client, room, who):
    """Whether this client was told that the user of the other one is a member now."""
    return {"room": room, "user": who.user} in client.told("member.joined")


def left(client, room, who):
    return {"room": room, "user": who.user} in client.told("member.left")


def online(client, who):
    """What this client was told last of the user of the other one; None: nothing."""
    told = [each["online"] for each in client.told("presence") if each["user"] == who.user]
    return told[-1] if told else None


def texts(messages):
    return [each["text"] for each in messages]
