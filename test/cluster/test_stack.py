"""The default stack under people who talk: 2 web, 2 ws, 1 worker, Redis and HAProxy."""

import asyncio
import json
import re
import time

from chat_test import ChatTest, make_cid, persistently, read_all, say
from klatsch_client import DEADLINE_SECONDS, Client, ConnectionEnded, RequestError
from server import wait_until
from stack import Stack

# What breaks a connection, or keeps one from being made.
LOST = (ConnectionEnded, RequestError, OSError, EOFError, asyncio.TimeoutError)


class Person:
    """A client that comes back whenever its connection is lost, as the browser chat does, and keeps
    what it was told over all of its connections."""

    def __init__(self, test, client):
        self._test = test
        self.client = client
        self._before = []
        self.returns = 0

    @classmethod
    async def come(cls, test, name):
        client = await until_connected(lambda: Client.connect(test.stack.web_socket_url))
        person = cls(test, client)
        await client.open(name=name)
        test.addAsyncCleanup(person.leave)
        return person

    async def leave(self):
        if self.client.alive:
            await self.client.disconnect()

    async def come_back(self):
        """On a new connection; what was missed is sent first."""
        self._before += self.client.received
        self.client = await until_connected(self.client.reconnect)
        self.returns += 1

    async def ensure_connected(self):
        if not self.client.alive:
            await self.come_back()

    async def say(self, room, text):
        """Until it is acknowledged, with one cid, whatever happens meanwhile; its number."""
        cid = make_cid()

        async def attempt():
            while True:
                try:
                    await self.ensure_connected()
                    return (await say(self.client, room, text, cid))["seq"]
                except RequestError as error:
                    if not error.retry:
                        raise
                    await asyncio.sleep(error.data.get("retry_after_ms", 50) / 1000)
                except LOST:
                    await asyncio.sleep(0.05)

        return await asyncio.wait_for(attempt(), 3 * DEADLINE_SECONDS)

    async def hears(self, room, seq):
        """Until this client has heard the message with this number."""

        async def wait():
            while self.client.seen.get(("room", room), 0) < seq:
                try:
                    await self.ensure_connected()
                    await self.client.until(lambda: self.client.seen.get(("room", room), 0) >= seq)
                except LOST:
                    await asyncio.sleep(0.05)

        await asyncio.wait_for(wait(), 3 * DEADLINE_SECONDS)

    def messages(self, room):
        told = [*self._before, *self.client.received]
        return [params for name, params in told if name == "message" and params["room"] == room]


async def until_connected(connect):
    async def attempt():
        while True:
            try:
                return await connect()
            except Exception as error:  # a proxy that refuses is an error of the library
                if isinstance(error, RequestError) and not error.retry:
                    raise
                await asyncio.sleep(0.05)

    return await asyncio.wait_for(attempt(), 2 * DEADLINE_SECONDS)


class StackTest(ChatTest):
    nodes = None

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(cls.nodes)
        cls.addClassCleanup(cls.stack.end)
        cls.stack.start()

    async def make_people(self, *names):
        """Members of a room of their own, and the room."""
        people = [await Person.come(self, name) for name in names]
        clients = [each.client for each in people]
        room = await persistently(lambda: self.make_room(*clients))
        return people, room

    async def command(self, *arguments):
        return await asyncio.to_thread(self.stack.command, *arguments)

    async def wait_ready(self):
        await asyncio.to_thread(self.stack.wait_ready)


class DefaultStack(StackTest):
    async def test_pages_come_through_the_public_port_and_internals_do_not(self):
        page = self.stack.get("/")
        self.assertEqual(page.status, 200)
        self.assertIn(b"<!doctype html>", page.content.lower())
        self.assertIn("klatsch_session=", page.getheader("Set-Cookie"))
        for path in re.findall(r'(?:src|href)="(/?assets/[^"]+)"', page.content.decode()):
            self.assertEqual(self.stack.get("/" + path.lstrip("/")).status, 200, path)
        self.assertEqual(self.stack.get("/healthz").status, 200)
        self.assertEqual(self.stack.get("/readyz").status, 200)
        self.assertEqual(self.stack.get("/metrics").status, 404)
        self.assertEqual(self.stack.get("/ws").status, 426)

    def nodes_known_at(self, port):
        response = self.stack.get("/api/v1/cluster", port)
        self.assertEqual(response.status, 200)
        return {each["id"] for each in json.loads(response.content)["nodes"]}

    async def test_every_node_knows_all_nodes(self):
        names = {"web-1", "web-2", "ws-1", "ws-2", "worker-1"}
        for port in range(self.stack.port, self.stack.port + 6):
            with self.subTest(port):
                # At the next look of each into Redis: those that started last are news to the others.
                await asyncio.to_thread(
                    wait_until, lambda port=port: self.nodes_known_at(port) == names, f"{port} knows all"
                )

    async def test_a_node_does_what_its_roles_say(self):
        for name, told in self.stack.status().items():
            if told["ROLES"] == "-":
                continue
            port = int(told["PORT"])
            self.assertEqual(self.stack.get("/", port).status, 200 if "web" in name else 404, name)
            self.assertEqual(self.stack.get("/ws", port).status, 426 if "ws" in name else 503, name)

    async def test_a_stack_that_says_it_runs_serves_pages_at_once(self):
        for _ in range(3):
            started = Stack()
            try:
                started.start()
                self.assertEqual(started.get("/").status, 200)
                self.assertEqual(started.get("/readyz").status, 200)
            finally:
                started.end()

    async def test_two_people_on_two_nodes_talk(self):
        (ada, bob), room = await self.make_people("Ada", "Bob")
        sessions = [int(self.stack.status()[name]["SESSIONS"]) for name in ("ws-1", "ws-2")]
        self.assertGreater(min(sessions), 0, "the least busy node gets the next client")
        for person, other in ((ada, bob), (bob, ada)):
            seq = await person.say(room, "Hello!")
            await other.hears(room, seq)

    async def test_who_was_on_a_killed_node_comes_back_and_misses_nothing(self):
        await self.wait_ready()
        (ada, bob), room = await self.make_people("Ada", "Bob")
        await ada.say(room, "before")
        await self.command("kill", "ws-1")
        seq = 0
        for number in range(20):
            seq = await ada.say(room, f"{number}")
        await bob.hears(room, seq)
        # Both, where the proxy did not take ws-2 for ready yet when they came.
        self.assertGreater(ada.returns + bob.returns, 0, "one of them at least was on ws-1")
        self.assert_dense(bob.messages(room))
        self.assert_dense(await read_all(bob.client, room))

    async def test_who_is_on_a_node_that_hangs_is_sent_elsewhere(self):
        await self.wait_ready()
        (ada, bob), room = await self.make_people("Ada", "Bob")
        await self.command("pause", "ws-2")
        began = time.monotonic()
        first = asyncio.create_task(ada.client.closed())
        second = asyncio.create_task(bob.client.closed())
        await asyncio.wait([first, second], return_when="FIRST_COMPLETED", timeout=DEADLINE_SECONDS)
        took = time.monotonic() - began
        for each in (first, second):
            each.cancel()
        self.assertLess(took, 10)
        seq = await ada.say(room, "still here")
        await bob.hears(room, seq)
        await self.command("resume", "ws-2")
        await self.wait_ready()

    async def test_messages_flow_again_after_the_death_of_the_worker(self):
        await self.wait_ready()
        (ada, bob), room = await self.make_people("Ada", "Bob")
        await ada.say(room, "before")
        await self.command("kill", "worker-1")
        seq = await ada.say(room, "after")
        await bob.hears(room, seq)
        self.assertEqual(ada.returns + bob.returns, 0, "sessions stay where they are")
        self.assert_dense(bob.messages(room))


class CompleteNodes(StackTest):
    nodes = 3

    async def test_a_rolling_restart_loses_doubles_and_reorders_nothing(self):
        await self.wait_ready()
        people, room = await self.make_people("Ada", "Bob", "Cleo")
        restart = asyncio.create_task(self.command("restart"))
        numbers = {each: [] for each in people}

        async def talk(person):
            while not restart.done():
                numbers[person].append(await person.say(room, "."))
                await asyncio.sleep(0.02)

        await asyncio.gather(*map(talk, people))
        self.assertIn("restarted 3", restart.result())
        last = await people[0].say(room, "the last one")
        for each in people:
            await each.hears(room, last)
            self.assertGreaterEqual(each.returns, 1)
            self.assert_dense(each.messages(room))
            self.assertEqual(numbers[each], sorted(numbers[each]))
        acknowledged = [seq for each in people for seq in numbers[each]]
        self.assertEqual(len(acknowledged), len(set(acknowledged)))
        self.assertEqual(len(acknowledged), last - 1, "nothing is stored that was not acknowledged")

    async def test_redis_that_was_restarted_costs_no_message(self):
        await self.wait_ready()
        (ada, bob), room = await self.make_people("Ada", "Bob")
        for number in range(10):
            await ada.say(room, f"{number}")
        await self.command("kill", "redis")
        seq = await ada.say(room, "after")
        await bob.hears(room, seq)
        self.assert_dense(bob.messages(room))

    async def test_a_node_that_was_killed_again_and_again_costs_no_message(self):
        (ada, bob), room = await self.make_people("Ada", "Bob")
        seq = 0
        for name in ("node-1", "node-2", "node-3"):
            await self.wait_ready()
            await self.command("kill", name)
            for number in range(5):
                seq = await ada.say(room, f"{number}")
        await bob.hears(room, seq)
        self.assert_dense(bob.messages(room))
        self.assert_dense(await read_all(bob.client, room))
