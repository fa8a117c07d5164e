"""What was acknowledged is never lost: kill -9 in the middle of sending, and a store that fails."""

import asyncio
import signal

from chat_test import ChatTest, make_cid, persistently, read_all, read_all_private, say, tell
from klatsch_client import ConnectionEnded, RequestError

SENDERS = 4


class SendingUntilTheEnd:
    """One user who sends one message after the other, and notes which were acknowledged."""

    def __init__(self, client, name, send):
        self.client = client
        self.name = name
        self.acknowledged = {}
        self.unanswered = []
        self._send = send
        self.count = 0

    async def run(self):
        try:
            while True:
                await asyncio.gather(*(self.one() for _ in range(5)))
        except ConnectionEnded:
            pass

    async def one(self):
        self.count += 1
        text = cid = f"{self.name}-{self.count}"
        try:
            self.acknowledged[cid] = await self._send(self.client, text, cid)
        except ConnectionEnded:
            self.unanswered.append(cid)
            raise


class Durability:
    """The tests, for whichever store the class names."""

    @classmethod
    def setUpClass(cls):
        """Each test has a server of its own."""

    def start(self, *options):
        server = self.make_server(*options, redis=self.make_store())
        server.start_ready()
        return server

    async def kill_while(self, server, senders):
        """Kills the server when enough was acknowledged, in the middle of what is on its way."""
        running = [asyncio.create_task(each.run()) for each in senders]

        async def enough():
            while sum(len(each.acknowledged) for each in senders) < 200:
                self.assertFalse(any(task.done() for task in running), "a sender has ended")
                await asyncio.sleep(0.001)

        await asyncio.wait_for(enough(), 20)
        server.kill()
        await asyncio.wait_for(asyncio.gather(*running), 20)

    def assert_nothing_lost(self, senders, history):
        self.assert_dense(history)
        stored = {each["cid"]: each for each in history}
        self.assertEqual(len(stored), len(history), "a message is there twice")
        for sender in senders:
            for cid, sent in sender.acknowledged.items():
                self.assertIn(cid, stored, "acknowledged and lost")
                kept = {"seq": stored[cid]["seq"], "ts": stored[cid]["ts"]}
                self.assertEqual(kept, sent)
                self.assertEqual(stored[cid]["text"], cid)

    async def test_messages_acknowledged_before_kill_9_are_in_the_history_once(self):
        server = self.start()
        clients = await self.make_users(*(f"user {n}" for n in range(SENDERS)), server=server)
        room = await self.make_room(*clients)
        senders = [
            SendingUntilTheEnd(
                client, f"s{n}", lambda client, text, cid: say(client, room, text, cid)
            )
            for n, client in enumerate(clients)
        ]
        await self.kill_while(server, senders)
        shown = [client.messages(room) for client in clients]
        server.start_ready()
        back = [await self.reconnect(client) for client in clients]
        history = await read_all(back[0], room)
        self.assert_nothing_lost(senders, history)
        # What somebody was shown is there too, at the same place.
        for messages in shown:
            self.assertEqual(messages, history[: len(messages)])
        # Sent again, what was not answered is there once.
        for sender, client in zip(senders, back):
            for cid in sender.unanswered:
                sender.acknowledged[cid] = await say(client, room, cid, cid)
        history = await read_all(back[0], room)
        self.assert_nothing_lost(senders, history)
        self.assertEqual(len(history), sum(len(each.acknowledged) for each in senders))
        # And who came back has seen it all, once.
        for before, client in zip(shown, back):
            await client.until(
                lambda before=before, client=client: len(before) + len(client.messages(room))
                >= len(history)
            )
            self.assertEqual(before + client.messages(room), history)

    async def test_private_messages_acknowledged_before_kill_9_are_in_the_conversation_once(self):
        server = self.start()
        ada, bob = await self.make_users("Ada", "Bob", server=server)
        senders = [
            SendingUntilTheEnd(ada, "ada", lambda client, text, cid: tell(client, bob, text, cid)),
            SendingUntilTheEnd(bob, "bob", lambda client, text, cid: tell(client, ada, text, cid)),
        ]
        await self.kill_while(server, senders)
        server.start_ready()
        new_ada, new_bob = await self.reconnect(ada), await self.reconnect(bob)
        history = await read_all_private(new_ada, bob)
        self.assert_nothing_lost(senders, history)
        for old, new in (ada, new_ada), (bob, new_bob):
            told = lambda old=old, new=new: old.told("private") + new.told("private")
            await new.until(lambda: len(told()) >= len(history))
            self.assert_dense(told())

    async def test_users_rooms_names_and_memberships_survive_kill_9(self):
        server = self.start()
        ada = await self.make_user("Ada", server=server)
        room = await self.make_room(ada)
        await ada.request("user.rename", {"name": "Ada L."})
        await ada.request("room.leave", {"room": "room"})
        server.kill()
        server.start_ready()
        back = await self.open_again(ada)
        self.assertEqual(back.user, {"id": ada.user["id"], "name": "Ada L."})
        self.assertEqual([each["room"] for each in back.opened["rooms"]], [room])

    async def test_a_token_that_was_made_void_stays_void(self):
        server = self.start()
        ada = await self.make_user("Ada", server=server)
        await ada.request("session.close")
        server.kill()
        server.start_ready()
        client = await self.connect(server)
        await self.assert_refused("invalid_token", client.open(token=ada.token))


class DurabilityOfSqlite(Durability, ChatTest):
    def make_store(self):
        return None


class DurabilityOfRedis(Durability, ChatTest):
    def make_store(self):
        return self.make_redis()


class StoreThatFails(ChatTest):
    """Redis stops, or does not answer; then it comes back."""

    @classmethod
    def setUpClass(cls):
        """Each test has a server and a Redis of its own."""

    async def asyncSetUp(self):
        self.redis = self.make_redis()
        self.server = self.make_server(
            "redis.timeout-ms=200", "limits.request-timeout-ms=1000", redis=self.redis
        )
        self.server.start_ready()
        self.ada, self.bob = await self.make_users("Ada", "Bob")
        self.room = await self.make_room(self.ada, self.bob)

    async def send_until_stored(self, cid):
        return await persistently(lambda: say(self.ada, self.room, cid, cid))

    async def assert_store_is_missed(self):
        """Requests are refused as retryable, the connections stay, and the node is not ready."""
        for request in (
            say(self.ada, self.room, "refused"),
            tell(self.ada, self.bob, "refused"),
            self.ada.request("room.create", {"title": "Refused"}),
            self.ada.request("room.history", {"room": self.room}),
        ):
            with self.assertRaises(RequestError) as caught:
                await request
            self.assertIn(caught.exception.name, ("store_unavailable", "timeout"))
            self.assertTrue(caught.exception.retry)
        self.server.wait_ready(False)
        self.assertEqual(self.server.get("/healthz").status, 200)
        self.assertTrue(self.ada.alive and self.bob.alive)

    async def test_a_redis_that_died_is_missed_and_nothing_acknowledged_is_lost(self):
        sent = [await say(self.ada, self.room, f"before {n}", f"before-{n}") for n in range(20)]
        self.redis.kill()
        await self.assert_store_is_missed()
        self.redis.start()
        after = await self.send_until_stored("after")
        self.server.wait_ready()
        history = await read_all(self.bob, self.room)
        self.assert_dense(history)
        by_number = {each["seq"]: each["cid"] for each in history}
        kept = [by_number[each["seq"]] for each in sent]
        self.assertEqual(kept, [f"before-{n}" for n in range(20)])
        self.assertEqual(by_number[after["seq"]], "after")
        await self.bob.until(lambda: len(self.bob.messages(self.room)) == len(history))
        self.assertEqual(self.bob.messages(self.room), history)

    async def test_a_redis_that_does_not_answer_is_missed_too(self):
        self.redis.send(signal.SIGSTOP)
        await self.assert_store_is_missed()
        self.redis.send(signal.SIGCONT)
        await self.send_until_stored("after")
        self.server.wait_ready()
        history = await read_all(self.bob, self.room)
        self.assert_dense(history)
        await self.bob.until(lambda: len(self.bob.messages(self.room)) == len(history))
        self.assertEqual(self.bob.messages(self.room), history)

    async def test_what_was_stored_though_its_sender_got_an_error_is_shown_to_the_members(self):
        await say(self.ada, self.room, "before")
        self.redis.send(signal.SIGSTOP)
        # The command waits in the socket of the Redis, which executes it when it goes on.
        error = await self.assert_refused_retryably(say(self.ada, self.room, "perhaps", "perhaps"))
        self.assertTrue(error.retry)
        self.redis.send(signal.SIGCONT)
        await self.bob.until(
            lambda: "perhaps" in [each["cid"] for each in self.bob.messages(self.room)]
        )
        again = await self.send_until_stored("perhaps")
        self.assertEqual(again["seq"], 2)
        await say(self.ada, self.room, "end")
        await self.bob.until(lambda: len(self.bob.messages(self.room)) >= 3)
        self.assertEqual(
            [each["text"] for each in self.bob.messages(self.room)], ["before", "perhaps", "end"]
        )

    async def assert_refused_retryably(self, request):
        with self.assertRaises(RequestError) as caught:
            await request
        self.assertTrue(caught.exception.retry)
        return caught.exception

    async def test_a_server_that_starts_without_its_store_gets_ready_when_it_comes(self):
        self.server.kill()
        self.redis.kill()
        self.server.start()
        self.assertEqual(self.server.get("/readyz").status, 503)
        client = await self.connect()
        with self.assertRaises(RequestError) as caught:
            await client.open(token=self.ada.token)
        self.assertTrue(caught.exception.retry)
        self.redis.start()
        self.server.wait_ready()
        await client.open(token=self.ada.token)
        self.assertEqual(client.user, self.ada.user)
        await say(client, self.room, "hello again", make_cid())

    async def test_what_a_busy_store_can_not_queue_is_refused_retryably_and_then_stored_once(self):
        server = self.make_server("store.queue-requests=5", "store.group-requests=1")
        server.start_ready()
        ada = await self.make_user("Ada", server=server)
        room = await self.make_room(ada)
        refused = []

        async def send(number):
            try:
                return await say(ada, room, f"{number}", f"c{number}")
            except RequestError as error:
                refused.append(error.name)
                raise

        for first in range(0, 300, 60):
            await asyncio.gather(
                *(persistently(lambda n=n: send(n)) for n in range(first, first + 60))
            )
        self.assertEqual(set(refused), {"overloaded"})
        history = await read_all(ada, room)
        self.assert_dense(history)
        self.assertEqual({each["cid"] for each in history}, {f"c{n}" for n in range(300)})

    async def test_sending_goes_on_by_itself_while_the_redis_comes_and_goes(self):
        sending = asyncio.create_task(self.send_forty())
        self.addAsyncCleanup(asyncio.gather, sending, return_exceptions=True)
        for _ in range(2):
            self.redis.kill()
            self.redis.start()
            known = len(self.bob.messages(self.room))
            await self.bob.until(
                lambda: sending.done() or len(self.bob.messages(self.room)) > known
            )
        await sending
        history = await read_all(self.bob, self.room)
        self.assert_dense(history)
        self.assertEqual([each["cid"] for each in history], [f"c{n}" for n in range(40)])
        await self.bob.until(lambda: len(self.bob.messages(self.room)) == 40)
        self.assertEqual(self.bob.messages(self.room), history)

    async def send_forty(self):
        for number in range(40):
            await self.send_until_stored(f"c{number}")
