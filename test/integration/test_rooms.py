"""Rooms: their list, joining and leaving, presence, the order of messages, the history."""

import asyncio

from chat_test import ChatTest, joined, left, make_room_id, online, say, texts


class Rooms(ChatTest):
    async def listed(self, client):
        answer = await client.request("room.list")
        return {each["room"]: each for each in answer["rooms"]}

    async def test_the_default_rooms_are_there(self):
        rooms = await self.listed(await self.make_user())
        titles = {name: rooms[name]["title"] for name in ("room", "beach", "dog_park", "world")}
        self.assertEqual(
            titles,
            {"room": "The Room", "beach": "Bubble Beach", "dog_park": "Dog Park", "world": "Orbit"},
        )

    async def test_a_room_can_be_made_with_a_chosen_or_a_made_id_and_is_listed(self):
        ada = await self.make_user("Ada")
        chosen = make_room_id()
        made = await ada.request("room.create", {"title": "Chosen", "room": chosen})
        self.assertEqual(made, {"room": chosen})
        other = (await ada.request("room.create", {"title": "Other"}))["room"]
        self.assertRegex(other, "^[A-Za-z0-9_-]{10}$")
        rooms = await self.listed(ada)
        self.assertEqual(rooms[chosen], {"room": chosen, "title": "Chosen", "online": 0})
        self.assertEqual(rooms[other]["title"], "Other")
        error = await self.assert_refused(
            "room_exists", ada.request("room.create", {"title": "Again", "room": chosen})
        )
        self.assertEqual(error.code, 1012)

    async def test_nobody_makes_rooms_where_the_operator_says_so(self):
        server = self.make_server("rooms.create=nobody")
        server.start_ready()
        ada = await self.make_user("Ada", server=server)
        await self.assert_refused("not_allowed", ada.request("room.create", {"title": "No"}))

    async def test_the_list_counts_users_who_are_online_not_their_devices(self):
        ada, bob, eve = await self.make_users("Ada", "Bob", "Eve")
        room = await self.make_room(ada, bob)
        await self.open_again(ada)
        rooms = await self.listed(eve)
        self.assertEqual(rooms[room]["online"], 2)
        await bob.disconnect()
        await ada.until(lambda: online(ada, bob) is False)
        self.assertEqual((await self.listed(eve))[room]["online"], 1)

    async def test_joining_shows_the_room_its_members_and_its_newest_messages(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada)
        for number in range(60):
            await say(ada, room, f"message {number}")
        shown = await bob.request("room.join", {"room": room})
        self.assertEqual(shown["seq"], 60)
        self.assertEqual(shown["member_count"], 2)
        self.assertCountEqual(
            shown["members"], [{**ada.user, "online": True}, {**bob.user, "online": True}]
        )
        self.assertEqual(len(shown["messages"]), 50)
        self.assert_dense(shown["messages"], first=11)
        newest = {"room": room, "seq": 60, "from": ada.user, "text": "message 59"}
        self.assertEqual(shown["messages"][-1], shown["messages"][-1] | newest)

    async def test_members_who_are_online_come_first(self):
        ada, bob, eve = await self.make_users("Ada", "Bob", "Eve")
        room = await self.make_room(ada, bob)
        await bob.disconnect()
        await ada.until(lambda: online(ada, bob) is False)
        shown = await eve.request("room.join", {"room": room})
        self.assertEqual([each["online"] for each in shown["members"]], [True, True, False])

    async def test_the_others_hear_of_joining_and_leaving_and_who_left_hears_no_more(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada)
        await bob.request("room.join", {"room": room})
        await ada.until(lambda: joined(ada, room, bob))
        await say(ada, room, "welcome")
        await bob.until(lambda: bob.messages(room))
        self.assertEqual(await bob.request("room.leave", {"room": room}), {})
        await ada.until(lambda: left(ada, room, bob))
        await say(ada, room, "they left")
        await self.assert_refused("not_a_member", say(bob, room, "am I?"))
        await self.assert_refused(
            "not_a_member", bob.request("room.history", {"room": room, "after": 0})
        )
        await bob.request("room.join", {"room": room})
        await say(ada, room, "back")
        await bob.until(lambda: len(bob.messages(room)) == 2)
        self.assertEqual(texts(bob.messages(room)), ["welcome", "back"])

    async def test_joining_again_only_shows_the_room(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        await ada.until(lambda: joined(ada, room, bob))
        again = await bob.request("room.join", {"room": room})
        self.assertEqual(again["member_count"], 2)
        await say(bob, room, "still here")
        await ada.until(lambda: ada.messages(room))
        self.assertEqual(ada.told("member.joined").count({"room": room, "user": bob.user}), 1)
        await bob.until(lambda: bob.messages(room))
        self.assertEqual(len(bob.messages(room)), 1)

    async def test_an_unknown_room_is_refused(self):
        ada = await self.make_user("Ada")
        error = await self.assert_refused(
            "no_such_room", ada.request("room.join", {"room": "nowhere"})
        )
        self.assertEqual(error.code, 1010)
        for request in (
            say(ada, "nowhere", "hello?"),
            ada.request("room.history", {"room": "nowhere"}),
            ada.request("room.leave", {"room": "nowhere"}),
        ):
            await self.assert_refused("not_a_member", request)

    async def test_a_full_room_takes_no_more(self):
        server = self.make_server("limits.room-members=2")
        server.start_ready()
        ada, bob, eve = await self.make_users("Ada", "Bob", "Eve", server=server)
        room = await self.make_room(ada, bob)
        await self.assert_refused("room_full", eve.request("room.join", {"room": room}))
        await bob.request("room.leave", {"room": room})
        await eve.request("room.join", {"room": room})

    async def test_a_user_is_in_as_many_rooms_as_the_operator_allows(self):
        server = self.make_server("limits.user-rooms=3")
        server.start_ready()
        ada = await self.make_user("Ada", server=server)
        for room in "beach", "dog_park":
            await ada.request("room.join", {"room": room})
        await self.assert_refused("not_allowed", ada.request("room.join", {"room": "world"}))
        await ada.request("room.leave", {"room": "beach"})
        await ada.request("room.join", {"room": "world"})

    async def test_presence_is_of_the_user_not_of_its_devices(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        phone = await self.open_again(bob)
        await bob.disconnect()
        await say(phone, room, "the phone is still here")
        await ada.until(lambda: ada.messages(room))
        self.assertNotIn({"user": bob.user, "online": False}, ada.told("presence"))
        await phone.disconnect()
        await ada.until(lambda: online(ada, bob) is False)
        await self.open_again(bob)
        await ada.until(lambda: online(ada, bob) is True)

    async def test_a_lost_connection_takes_the_user_offline(self):
        ada, bob = await self.make_users("Ada", "Bob")
        await self.make_room(ada, bob)
        await bob.drop()
        await ada.until(lambda: online(ada, bob) is False)

    async def test_a_new_name_is_told_to_the_rooms_and_stands_on_what_is_said_then(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        await bob.request("user.rename", {"name": "Robert"})
        renamed = {"id": bob.user["id"], "name": "Robert"}
        await ada.until(lambda: {"user": renamed} in ada.told("user.renamed"))
        await say(bob, room, "hi")
        await ada.until(lambda: ada.messages(room))
        self.assertEqual(ada.messages(room)[0]["from"], renamed)
        shown = await ada.request("room.join", {"room": room})
        self.assertIn({**renamed, "online": True}, shown["members"])

    async def test_all_devices_follow_when_the_user_joins_or_leaves_on_one(self):
        ada, bob = await self.make_users("Ada", "Bob")
        phone = await self.open_again(bob)
        room = await self.make_room(ada, bob)
        await phone.until(lambda: joined(phone, room, bob))
        await say(ada, room, "to both")
        await phone.until(lambda: phone.messages(room))
        await say(phone, room, "the phone may speak")
        await bob.request("room.leave", {"room": room})
        await phone.until(lambda: left(phone, room, bob))
        await self.assert_refused_for_good("not_a_member", lambda: say(phone, room, "and now?"))
        await say(ada, room, "to none of them")
        await ada.until(lambda: len(ada.messages(room)) == 3)
        self.assertEqual(texts(phone.messages(room)), ["to both", "the phone may speak"])

    async def test_rooms_do_not_mix(self):
        ada, bob = await self.make_users("Ada", "Bob")
        first, second = await self.make_room(ada, bob), await self.make_room(ada)
        await say(ada, second, "not for Bob")
        await say(ada, first, "for Bob")
        await bob.until(lambda: bob.messages(first))
        self.assertEqual(bob.messages(second), [])
        await self.assert_refused("not_a_member", say(bob, second, "hello"))


class Passivation(ChatTest):
    options = ("rooms.idle-timeout-ms=1000", "users.idle-timeout-ms=1000")

    async def test_rooms_and_users_that_nobody_needs_leave_the_memory_and_can_come_back(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        said = [await say(ada, room, f"{number}", f"c{number}") for number in range(3)]
        await bob.until(lambda: len(bob.messages(room)) == 3)
        for each in ada, bob:
            await each.disconnect()
        for name in "klatsch_rooms", "klatsch_users":
            await self.eventually(lambda name=name: self.server.metric(name) == 0, f"{name} is 0")
        back = await self.reconnect(bob)
        self.assertEqual((await say(back, room, "again"))["seq"], 4)
        ada = await self.open_again(ada)
        self.assertEqual(await say(ada, room, "0", "c0"), said[0])
        shown = await ada.request("room.join", {"room": room})
        self.assertEqual(texts(shown["messages"]), ["0", "1", "2", "again"])
        self.assertEqual(shown["member_count"], 2)


class Rest(ChatTest):
    options = ("http.rest-after-ms=100",)

    async def all_rest(self, count):
        await self.eventually(
            lambda: self.server.metric("klatsch_connections_at_rest") == count, "all rest"
        )

    async def test_silent_clients_get_what_comes_and_are_heard_when_they_speak(self):
        ada, cora = await self.make_users("Ada", "Cora")
        bob = await self.make_user("Bob", wire="msgpack")
        room = await self.make_room(ada, bob, cora)
        for number in range(1, 4):
            await self.all_rest(3)
            self.assertEqual((await say(ada, room, f"{number}"))["seq"], 2 * number - 1)
            await bob.until(lambda number=number: len(bob.messages(room)) == 2 * number - 1)
            self.assertEqual((await say(bob, room, "yes"))["seq"], 2 * number)
        await cora.until(lambda: len(cora.messages(room)) == 6)
        self.assert_dense(cora.messages(room))
        await self.all_rest(3)
        await bob.disconnect()
        back = await self.reconnect(bob)
        self.assertEqual((await say(back, room, "again"))["seq"], 7)


class Order(ChatTest):
    async def test_every_member_sees_the_same_dense_order_and_each_senders_own(self):
        users = await self.make_users(*(f"user {number}" for number in range(5)))
        room = await self.make_room(*users)

        async def send_all(user, name):
            for first in range(0, 200, 20):
                await user.batch(
                    [
                        ("room.send", {"room": room, "text": f"{name} {n}", "cid": f"{name}-{n}"})
                        for n in range(first, first + 20)
                    ]
                )

        await asyncio.gather(*(send_all(user, n) for n, user in enumerate(users)))
        for user in users:
            await user.until(lambda user=user: len(user.messages(room)) == 1000)
            self.assert_dense(user.messages(room))
            self.assertEqual(user.messages(room), users[0].messages(room))
        seen = texts(users[0].messages(room))
        for name in range(5):
            own = [text for text in seen if text.startswith(f"{name} ")]
            self.assertEqual(own, [f"{name} {number}" for number in range(200)])
        times = [each["ts"] for each in users[0].messages(room)]
        self.assertEqual(times, sorted(times))

    async def test_who_joins_and_leaves_while_others_talk_sees_each_stay_without_a_gap(self):
        ada, bob, eve = await self.make_users("Ada", "Bob", "Eve")
        room = await self.make_room(ada, bob)

        async def talk(user):
            for number in range(400):
                await say(user, room, f"{number}")

        talking = [asyncio.create_task(talk(user)) for user in (ada, bob)]
        self.addAsyncCleanup(asyncio.gather, *talking, return_exceptions=True)
        stays = 0
        while not all(task.done() for task in talking) or stays < 5:
            eve.received.clear()
            shown = await eve.request("room.join", {"room": room})
            self.assert_dense(shown["messages"], first=max(1, shown["seq"] - 49))
            if shown["seq"] < 790:
                await eve.until(lambda: len(eve.messages(room)) >= 3)
            await eve.request("room.leave", {"room": room})
            await eve.until(lambda: left(eve, room, eve))
            self.assert_dense(eve.messages(room), first=shown["seq"] + 1)
            stays += 1
            last = [params for _, params in eve.received if params.get("room") == room][-1]
            self.assertEqual(last, {"room": room, "user": eve.user}, "the last thing is to leave")
        for task in talking:
            await task

    async def test_the_acknowledgement_names_the_place_in_the_room(self):
        ada = await self.make_user("Ada")
        room = await self.make_room(ada)
        acknowledged = [await say(ada, room, f"{number}") for number in range(10)]
        await ada.until(lambda: len(ada.messages(room)) == 10)
        seen = [{"seq": each["seq"], "ts": each["ts"]} for each in ada.messages(room)]
        self.assertEqual(acknowledged, seen)

    async def test_own_messages_come_back_with_their_cid(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        await say(ada, room, "mine", cid="the-cid_1")
        for each in ada, bob:
            await each.until(lambda each=each: each.messages(room))
            self.assertEqual(each.messages(room)[0]["cid"], "the-cid_1")


class History(ChatTest):
    async def asyncSetUp(self):
        self.ada = await self.make_user("Ada")
        self.room = await self.make_room(self.ada)
        await self.ada.batch(
            [
                ("room.send", {"room": self.room, "text": f"message {n}", "cid": f"c{n}"})
                for n in range(1, 31)
            ]
        )

    async def page(self, **bounds):
        answer = await self.ada.request("room.history", {"room": self.room, **bounds})
        return [each["seq"] for each in answer["messages"]], answer["more"]

    async def test_pages_can_be_asked_for_in_every_form(self):
        span = lambda first, last: list(range(first, last + 1))
        for bounds, expected in (
            ({}, (span(1, 30), False)),
            ({"limit": 10}, (span(21, 30), True)),
            ({"before": 21, "limit": 10}, (span(11, 20), True)),
            ({"before": 11, "limit": 10}, (span(1, 10), False)),
            ({"before": 5}, (span(1, 4), False)),
            ({"before": 1}, ([], False)),
            ({"before": 1000, "limit": 3}, (span(28, 30), True)),
            ({"after": 0, "limit": 10}, (span(1, 10), True)),
            ({"after": 20, "limit": 10}, (span(21, 30), False)),
            ({"after": 25}, (span(26, 30), False)),
            ({"after": 30}, ([], False)),
            ({"after": 99}, ([], False)),
            ({"after": 10, "before": 15}, (span(11, 14), False)),
            ({"after": 10, "before": 30, "limit": 5}, (span(11, 15), True)),
            ({"after": 14, "before": 15}, ([], False)),
            ({"after": 20, "before": 10}, ([], False)),
            ({"limit": 1}, ([30], True)),
        ):
            with self.subTest(bounds):
                self.assertEqual(await self.page(**bounds), expected)

    async def test_fifty_is_the_default_and_a_hundred_the_most(self):
        for first in 31, 81:
            await self.ada.batch(
                [
                    ("room.send", {"room": self.room, "text": "more", "cid": f"c{n}"})
                    for n in range(first, first + 50)
                ]
            )
        self.assertEqual(await self.page(), (list(range(81, 131)), True))
        self.assertEqual(await self.page(limit=100), (list(range(31, 131)), True))
        for limit in 0, 101, -1:
            error = await self.assert_refused(
                "invalid_params",
                self.ada.request("room.history", {"room": self.room, "limit": limit}),
            )
            self.assertEqual(error.data["field"], "limit")

    async def test_the_history_holds_exactly_what_was_shown(self):
        await self.ada.until(lambda: len(self.ada.messages(self.room)) == 30)
        page = await self.ada.request("room.history", {"room": self.room})
        self.assertEqual(page["messages"], self.ada.messages(self.room))
