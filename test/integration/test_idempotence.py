"""Sending again with the same cid: stored once, answered the same."""

import asyncio

from chat_test import ChatTest, joined, read_all, read_all_private, say, tell


class Idempotence(ChatTest):
    async def test_the_same_cid_of_the_same_user_is_one_message(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        first = await say(ada, room, "once", cid="a")
        await say(ada, room, "between", cid="b")
        self.assertEqual(await say(ada, room, "once", cid="a"), first)
        self.assertEqual(await say(ada, room, "with another text", cid="a"), first)
        await say(ada, room, "end", cid="c")
        await bob.until(lambda: len(bob.messages(room)) >= 3)
        self.assertEqual([each["text"] for each in bob.messages(room)], ["once", "between", "end"])
        self.assertEqual(bob.messages(room), await read_all(bob, room))

    async def test_from_another_device_of_the_user_it_is_the_same_message_too(self):
        ada = await self.make_user("Ada")
        room = await self.make_room(ada)
        phone = await self.open_again(ada)
        self.assertEqual(await say(ada, room, "x", cid="a"), await say(phone, room, "x", cid="a"))

    async def test_other_users_and_other_rooms_have_cids_of_their_own(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room, other = await self.make_room(ada, bob), await self.make_room(ada)
        self.assertEqual((await say(ada, room, "of Ada", cid="a"))["seq"], 1)
        self.assertEqual((await say(bob, room, "of Bob", cid="a"))["seq"], 2)
        self.assertEqual((await say(ada, other, "elsewhere", cid="a"))["seq"], 1)

    async def test_a_cid_sent_many_times_at_once_is_one_message(self):
        ada = await self.make_user("Ada")
        devices = [ada, *[await self.open_again(ada) for _ in range(4)]]
        room = await self.make_room(ada)
        for device in devices[1:]:
            await device.until(lambda device=device: joined(device, room, ada))
        sent = await asyncio.gather(
            *(say(device, room, "once", cid="a") for device in devices for _ in range(10))
        )
        self.assertEqual(sent, [sent[0]] * 50)
        self.assertEqual(len(await read_all(ada, room)), 1)

    async def test_a_private_message_has_the_same_right(self):
        ada, bob = await self.make_users("Ada", "Bob")
        first = await tell(ada, bob, "once", cid="a")
        self.assertEqual(await tell(ada, bob, "once", cid="a"), first)
        self.assertEqual((await tell(bob, ada, "of Bob", cid="a"))["seq"], 2)
        await bob.until(lambda: len(bob.told("private")) >= 2)
        self.assertEqual([each["seq"] for each in bob.told("private")], [1, 2])
        self.assertEqual(len(await read_all_private(ada, bob)), 2)


class IdempotenceAcrossRestarts(ChatTest):
    """The server of the class is not used: each test restarts its own."""

    @classmethod
    def setUpClass(cls):
        pass

    async def send_again_after_a_restart(self, redis):
        server = self.make_server(redis=redis)
        server.start_ready()
        ada, bob = await self.make_users("Ada", "Bob", server=server)
        room = await self.make_room(ada, bob)
        said = await say(ada, room, "once", cid="a")
        told = await tell(ada, bob, "once", cid="a")
        server.kill()
        server.start_ready()
        ada, bob = await self.open_again(ada), await self.open_again(bob)
        self.assertEqual(await say(ada, room, "once", cid="a"), said)
        self.assertEqual(await tell(ada, bob, "once", cid="a"), told)
        self.assertEqual(len(await read_all(bob, room)), 1)
        self.assertEqual(len(await read_all_private(bob, ada)), 1)

    async def test_a_cid_is_known_after_a_restart_with_sqlite(self):
        await self.send_again_after_a_restart(redis=None)

    async def test_a_cid_is_known_after_a_restart_with_redis(self):
        await self.send_again_after_a_restart(redis=self.make_redis())
