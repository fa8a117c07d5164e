"""Coming back after a lost connection: every missed message once, or a plain word that not."""

import asyncio

from chat_test import ChatTest, read_all, say, texts


async def say_many(client, room, count, text="missed"):
    """`count` messages, as many at a time as one batch and one frame can hold."""
    key = text[-9:].replace(" ", "_")
    size = min(50, 60000 // (len(text) + 150))
    for first in range(0, count, size):
        answers = await client.batch(
            [
                ("room.send", {"room": room, "text": f"{text} {n}", "cid": f"{key}-{n}"})
                for n in range(first, min(count, first + size))
            ]
        )
        assert all("seq" in answer for answer in answers), answers


class Resume(ChatTest):
    async def test_who_comes_back_gets_each_missed_message_once_and_before_the_new_ones(self):
        for wire in "json", "msgpack":
            with self.subTest(wire):
                ada, bob = await self.make_user("Ada"), await self.make_user("Bob", wire=wire)
                room = await self.make_room(ada, bob)
                await say(ada, room, "seen")
                await bob.until(lambda: bob.messages(room))
                await bob.drop()
                await say_many(ada, room, 120)
                back = await self.reconnect(bob)
                await say(ada, room, "live")
                await back.until(lambda: "live" in texts(back.messages(room)))
                self.assert_dense(back.messages(room), first=2)
                self.assertEqual(len(back.messages(room)), 121)
                self.assertEqual(back.messages(room)[:-1], (await read_all(back, room))[1:-1])

    async def test_all_rooms_are_resumed_and_each_says_whether_it_worked(self):
        ada, bob = await self.make_users("Ada", "Bob")
        rooms = [await self.make_room(ada, bob) for _ in range(3)]
        await bob.drop()
        for room in rooms:
            await say_many(ada, room, 5)
        back = await self.connect()
        points = [{"room": rooms[0], "after": 0}, {"room": rooms[1], "after": 3}]
        opened = await back.open(token=bob.token, resume=points)
        told = {each["room"]: each for each in opened["rooms"]}
        self.assertEqual([told[room]["seq"] for room in rooms], [5, 5, 5])
        self.assertIs(told[rooms[0]]["recovered"], True)
        self.assertIs(told[rooms[1]]["recovered"], True)
        self.assertNotIn("recovered", told[rooms[2]])
        for room in rooms:
            await say(ada, room, "live")
        for room, first in zip(rooms, (1, 4, 6)):
            await back.until(lambda room=room: "live" in texts(back.messages(room)))
            self.assert_dense(back.messages(room), first=first)

    async def test_a_thousand_missed_messages_are_sent_again_and_more_are_not(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        await bob.drop()
        await say_many(ada, room, 1001)
        for after, recovered in ((1, True), (0, False)):
            back = await self.connect()
            opened = await back.open(token=bob.token, resume=[{"room": room, "after": after}])
            told = next(each for each in opened["rooms"] if each["room"] == room)
            self.assertIs(told["recovered"], recovered)
            live = f"live after {after}"
            await say(ada, room, live)
            await back.until(lambda: live in texts(back.messages(room)))
            self.assert_dense(back.messages(room), first=2 if recovered else 1003)
            await back.disconnect()

    async def test_more_than_can_be_sent_at_once_is_not_recovered_and_does_not_end_the_session(self):
        ada, bob = await self.make_users("Ada", "Bob")
        rooms = [await self.make_room(ada, bob) for _ in range(4)]
        await bob.drop()
        for room in rooms:
            await say_many(ada, room, 150, "x" * 3000)
        back = await self.reconnect(bob)
        told = {each["room"]: each["recovered"] for each in back.opened["rooms"]}
        # 1 MiB holds two of them.
        self.assertEqual(sorted(told[room] for room in rooms), [False, False, True, True])
        for room in rooms:
            await say(ada, room, "live")
        for room in rooms:
            await back.until(lambda room=room: "live" in texts(back.messages(room)))
            self.assert_dense(back.messages(room), first=1 if told[room] else 151)
            self.assertEqual(len(await read_all(back, room)), 151)

    async def test_the_largest_page_of_the_history_arrives(self):
        ada = await self.make_user("Ada")
        room = await self.make_room(ada)
        for _ in range(100):
            await say(ada, room, "🙂" * 4000)
        page = await ada.request("room.history", {"room": room, "limit": 100})
        self.assertEqual(len(page["messages"]), 100)

    async def test_a_number_that_the_room_does_not_have_yet_is_not_recovered(self):
        ada = await self.make_user("Ada")
        room = await self.make_room(ada)
        await say(ada, room, "only one")
        back = await self.connect()
        opened = await back.open(token=ada.token, resume=[{"room": room, "after": 7}])
        told = next(each for each in opened["rooms"] if each["room"] == room)
        self.assertEqual((told["seq"], told["recovered"]), (1, False))

    async def test_resuming_what_one_is_not_a_member_of_shows_nothing(self):
        ada, eve = await self.make_users("Ada", "Eve")
        room = await self.make_room(ada)
        await say(ada, room, "not for Eve")
        spy = await self.connect()
        points = [
            {"room": room, "after": 0},
            {"room": "nowhere", "after": 0},
            {"with": ada.user["id"], "after": 0},
        ]
        opened = await spy.open(token=eve.token, resume=points)
        self.assertEqual([each["room"] for each in opened["rooms"]], ["room"])
        self.assertEqual(opened["conversations"], [])
        await self.assert_refused("not_a_member", spy.request("room.history", {"room": room}))
        self.assertEqual(spy.messages(room), [])

    async def test_coming_back_again_and_again_while_others_talk_leaves_no_gap_and_no_double(self):
        ada, bob, eve = await self.make_users("Ada", "Bob", "Eve")
        room = await self.make_room(ada, bob, eve)
        talking = [
            asyncio.create_task(say_many(ada, room, 600, "from Ada")),
            asyncio.create_task(say_many(bob, room, 600, "from Bob")),
        ]
        self.addAsyncCleanup(asyncio.gather, *talking, return_exceptions=True)
        seen, client, comebacks = [], eve, 0
        while not all(task.done() for task in talking) or comebacks < 5:
            # A new message, so that every connection carries some; unless all has been said.
            enough = len(seen) + len(client.messages(room)) + 1
            if enough <= 1200:
                await client.until(lambda: len(seen) + len(client.messages(room)) >= enough)
            await client.drop()
            seen += client.messages(room)
            client.seen["room", room] = len(seen)
            client = await self.reconnect(client)
            comebacks += 1
        for task in talking:
            await task
        await client.until(lambda: len(seen) + len(client.messages(room)) == 1200)
        seen += client.messages(room)
        self.assert_dense(seen)
        self.assertEqual(seen, await read_all(ada, room))

    async def test_who_only_opens_again_hears_what_is_new_and_reads_the_rest(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        await bob.drop()
        await say_many(ada, room, 3)
        back = await self.open_again(bob)
        await say(ada, room, "live")
        await back.until(lambda: back.messages(room))
        self.assertEqual(texts(back.messages(room)), ["live"])
        self.assertEqual(len(await read_all(back, room)), 4)
