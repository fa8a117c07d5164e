"""Private messages: to the two and nobody else, in order, also to who is not there."""

import asyncio

from chat_test import ChatTest, make_cid, online, read_all_private, say, tell, texts


class PrivateMessages(ChatTest):
    async def test_a_private_message_reaches_all_devices_of_the_two_and_nobody_else(self):
        ada, bob, eve = await self.make_users("Ada", "Bob", "Eve")
        room = await self.make_room(ada, bob, eve)
        adas_other, bobs_other = await self.open_again(ada), await self.open_again(bob)
        sent = await tell(ada, bob, "just for you", cid="the-cid")
        expected = {
            "seq": 1,
            "ts": sent["ts"],
            "from": ada.user,
            "to": bob.user,
            "text": "just for you",
            "cid": "the-cid",
        }
        for client, other in ((ada, bob), (adas_other, bob), (bob, ada), (bobs_other, ada)):
            await client.until(lambda client=client: client.told("private"))
            self.assertEqual(client.told("private"), [{"with": other.user["id"], **expected}])
        # What Eve is told later, on both ways, does come; so the other would have come before it.
        await tell(bob, eve, "to Eve")
        await say(ada, room, "to all")
        await eve.until(lambda: eve.told("private") and eve.messages(room))
        self.assertEqual(texts(eve.told("private")), ["to Eve"])
        self.assertEqual(await read_all_private(eve, ada), [])

    async def test_private_messages_need_no_common_room(self):
        ada, bob = await self.make_users("Ada", "Bob")
        for each in ada, bob:
            await each.request("room.leave", {"room": "room"})
        await tell(ada, bob, "still here?")
        await bob.until(lambda: bob.told("private"))

    async def test_the_conversation_is_one_for_the_two_and_each_sees_it_from_its_side(self):
        ada, bob = await self.make_users("Ada", "Bob")
        for number in range(3):
            await tell(ada, bob, f"question {number}")
            await tell(bob, ada, f"answer {number}")
        adas, bobs = await read_all_private(ada, bob), await read_all_private(bob, ada)
        self.assert_dense(adas)
        self.assertEqual([{**each, "with": ada.user["id"]} for each in adas], bobs)
        self.assertEqual({each["with"] for each in adas}, {bob.user["id"]})
        self.assertEqual(
            texts(adas),
            ["question 0", "answer 0", "question 1", "answer 1", "question 2", "answer 2"],
        )

    async def test_the_history_has_pages(self):
        ada, bob = await self.make_users("Ada", "Bob")
        await ada.batch(
            [
                ("user.send", {"to": bob.user["id"], "text": f"{n}", "cid": f"c{n}"})
                for n in range(1, 13)
            ]
        )
        for bounds, expected in (
            ({}, (list(range(1, 13)), False)),
            ({"limit": 5}, ([8, 9, 10, 11, 12], True)),
            ({"before": 8, "limit": 5}, ([3, 4, 5, 6, 7], True)),
            ({"before": 3, "limit": 5}, ([1, 2], False)),
            ({"after": 9}, ([10, 11, 12], False)),
            ({"after": 0, "limit": 2}, ([1, 2], True)),
            ({"after": 3, "before": 6}, ([4, 5], False)),
        ):
            with self.subTest(bounds):
                page = await bob.request("user.history", {"with": ada.user["id"], **bounds})
                numbers = [each["seq"] for each in page["messages"]]
                self.assertEqual((numbers, page["more"]), expected)

    async def test_what_came_while_the_user_was_offline_waits_and_is_shown_once(self):
        ada, bob = await self.make_users("Ada", "Bob")
        await tell(ada, bob, "while you are here")
        await bob.until(lambda: bob.told("private"))
        await bob.disconnect()
        await ada.until(lambda: online(ada, bob) is False)
        for number in range(3):
            await tell(ada, bob, f"waits {number}")
        back = await self.open_again(bob)
        self.assertEqual(
            back.opened["conversations"], [{"with": ada.user, "seq": 4}], "without a resume"
        )
        await back.until(lambda: len(back.told("private")) == 3)
        self.assertEqual(texts(back.told("private")), ["waits 0", "waits 1", "waits 2"])
        await back.disconnect()
        again = await self.open_again(bob)
        await tell(ada, bob, "live")
        await again.until(lambda: again.told("private"))
        self.assertEqual(texts(again.told("private")), ["live"])

    async def test_what_waits_is_shown_once_when_the_client_resumes_that_conversation(self):
        ada, bob = await self.make_users("Ada", "Bob")
        await tell(ada, bob, "first")
        await bob.until(lambda: bob.told("private"))
        await bob.disconnect()
        await ada.until(lambda: online(ada, bob) is False)
        for number in range(3):
            await tell(ada, bob, f"waits {number}")
        back = await self.reconnect(bob)
        self.assertEqual(
            back.opened["conversations"], [{"with": ada.user, "seq": 4, "recovered": True}]
        )
        await tell(ada, bob, "live")
        await back.until(lambda: "live" in texts(back.told("private")))
        self.assertEqual(
            texts(back.told("private")), ["waits 0", "waits 1", "waits 2", "live"]
        )
        self.assert_dense(back.told("private"), first=2)

    async def test_resuming_brings_the_own_messages_from_another_device_too(self):
        ada, bob = await self.make_users("Ada", "Bob")
        phone = await self.open_again(ada)
        await tell(ada, bob, "one")
        await phone.until(lambda: phone.told("private"))
        await phone.drop()
        await tell(ada, bob, "two")
        await tell(bob, ada, "three")
        back = await self.reconnect(phone)
        await back.until(lambda: len(back.told("private")) == 2)
        self.assertEqual(texts(back.told("private")), ["two", "three"])

    async def test_own_messages_are_not_waiting_for_their_sender(self):
        ada, bob = await self.make_users("Ada", "Bob")
        await tell(ada, bob, "from me")
        await ada.until(lambda: ada.told("private"))
        await ada.disconnect()
        back = await self.open_again(ada)
        await tell(bob, ada, "from Bob")
        await back.until(lambda: back.told("private"))
        self.assertEqual(texts(back.told("private")), ["from Bob"])

    async def test_both_write_at_once_and_see_one_dense_conversation(self):
        ada, bob = await self.make_users("Ada", "Bob")
        devices = [ada, bob, await self.open_again(ada), await self.open_again(bob)]

        async def send_all(sender, receiver):
            for number in range(100):
                await tell(sender, receiver, f"{sender.user['name']} {number}")

        await asyncio.gather(send_all(ada, bob), send_all(bob, ada))
        for device in devices:
            await device.until(lambda device=device: len(device.told("private")) == 200)
            self.assert_dense(device.told("private"))
            self.assertEqual(texts(device.told("private")), texts(ada.told("private")))
        for name in "Ada", "Bob":
            own = [text for text in texts(ada.told("private")) if text.startswith(name)]
            self.assertEqual(own, [f"{name} {number}" for number in range(100)])

    async def test_the_first_messages_of_a_conversation_are_not_lost_when_both_begin_it(self):
        for _ in range(30):
            ada, bob = await self.make_users("Ada", "Bob")
            sending = [tell(ada, bob, f"{n}") for n in range(5)]
            sending += [tell(bob, ada, f"{n}") for n in range(5)]
            await asyncio.gather(*sending)
            for each in ada, bob:
                await each.until(lambda each=each: len(each.told("private")) == 10)
                self.assert_dense(each.told("private"))

    async def test_several_conversations_keep_apart(self):
        ada, bob, eve = await self.make_users("Ada", "Bob", "Eve")
        await tell(bob, ada, "from Bob")
        await tell(eve, ada, "from Eve")
        await ada.until(lambda: len(ada.told("private")) == 2)
        self.assertEqual(texts(ada.privates(bob.user["id"])), ["from Bob"])
        self.assertEqual(texts(ada.privates(eve.user["id"])), ["from Eve"])
        self.assertEqual([each["seq"] for each in ada.told("private")], [1, 1])
        back = await self.open_again(ada)
        self.assertEqual(
            [each["with"]["name"] for each in back.opened["conversations"]],
            ["Eve", "Bob"],
            "the newest first",
        )

    async def test_nobody_writes_to_oneself_or_to_nobody(self):
        ada = await self.make_user("Ada")
        error = await self.assert_refused("own_user", tell(ada, ada, "me"))
        self.assertEqual(error.code, 1021)
        error = await self.assert_refused(
            "no_such_user",
            ada.request("user.send", {"to": "nobody22", "text": "hello?", "cid": make_cid()}),
        )
        self.assertEqual(error.code, 1020)
        self.assertFalse(error.retry)
        await self.assert_refused(
            "no_such_user", ada.request("user.history", {"with": "nobody22"})
        )
