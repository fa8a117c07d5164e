"""Who somebody is: guests, tokens, cookies, logging out, several devices."""

import asyncio
import contextlib
import re
import sqlite3

from chat_test import ChatTest, joined, left, make_room_id, say, texts


def cookie_of(response):
    """The token within Set-Cookie, or None."""
    found = re.match(r"klatsch_session=([A-Za-z0-9_-]+);", response.getheader("Set-Cookie") or "")
    return found and found[1]


class Sessions(ChatTest):
    async def test_a_client_without_token_and_cookie_becomes_a_new_user_with_a_token(self):
        first, second = await self.make_users(None, None)
        self.assertRegex(first.user["id"], "^[a-z2-9]{8}$")
        self.assertNotEqual(first.user["id"], second.user["id"])
        self.assertTrue(first.user["name"])
        self.assertRegex(first.token, "^[A-Za-z0-9_-]{20,64}$")
        self.assertNotEqual(first.token, second.token)

    async def test_a_new_user_gets_the_name_that_it_asks_for_and_is_in_the_main_room(self):
        ada = await self.make_user("Ada Lovelace")
        self.assertEqual(ada.user["name"], "Ada Lovelace")
        self.assertEqual(
            [(each["room"], each["title"]) for each in ada.opened["rooms"]], [("room", "The Room")]
        )
        self.assertEqual(ada.opened["conversations"], [])

    async def test_the_limits_are_told(self):
        limits = (await self.make_user()).opened["limits"]
        expected = {"text": 4000, "name": 40, "title": 80, "page": 100, "resume": 1000}
        expected |= {"frame_bytes": 65536, "batch": 50, "rate": 0}
        self.assertEqual(limits, limits | expected)

    async def test_a_token_brings_the_same_user_back_with_its_name_and_rooms(self):
        ada = await self.make_user("Ada")
        for room in ("world", "beach"):
            await ada.request("room.join", {"room": room})
        await ada.disconnect()
        back = await self.open_again(ada)
        self.assertEqual(back.user, ada.user)
        # The main room first, then by title: Bubble Beach, Orbit.
        rooms = [each["room"] for each in back.opened["rooms"]]
        self.assertEqual(rooms, ["room", "beach", "world"])

    async def test_a_name_in_session_open_does_not_rename_who_is_known(self):
        ada = await self.make_user("Ada")
        back = await self.open_again(ada, name="Eve")
        self.assertEqual(back.user, ada.user)

    async def test_an_unknown_token_is_refused_and_the_connection_can_still_be_opened(self):
        client = await self.connect()
        error = await self.assert_refused("invalid_token", client.open(token="x" * 40))
        self.assertEqual(error.code, 1002)
        self.assertFalse(error.retry)
        await client.open(name="Ada")
        self.assertEqual(client.user["name"], "Ada")

    async def test_nothing_is_possible_before_the_session_is_open(self):
        client = await self.connect()
        for method, params in {
            "room.list": {},
            "room.join": {"room": "room"},
            "room.send": {"room": "room", "text": "Hello", "cid": "1"},
            "user.rename": {"name": "Ada"},
            "session.close": {},
        }.items():
            with self.subTest(method):
                await self.assert_refused("not_open", client.request(method, params))

    async def test_a_session_is_opened_once(self):
        ada = await self.make_user("Ada")
        await self.assert_refused("already_open", ada.request("session.open"))
        await ada.request("room.list")

    async def test_what_is_sent_right_behind_session_open_is_done_after_it(self):
        client = await self.connect()
        opened, entered, listed = await asyncio.gather(
            client.open(name="Ada"),
            client.request("room.join", {"room": "dog_park"}),
            client.request("room.list"),
        )
        self.assertEqual(opened["user"]["name"], "Ada")
        self.assertEqual(entered["room"], "dog_park")
        self.assertGreaterEqual(len(listed["rooms"]), 4)

    async def test_all_devices_of_a_user_see_its_messages_and_a_name_given_on_one(self):
        phone = await self.make_user("Ada")
        laptop = await self.open_again(phone)
        room = await self.make_room(phone)
        await laptop.until(lambda: joined(laptop, room, phone))
        await say(phone, room, "from the phone")
        await laptop.until(lambda: laptop.messages(room))
        await say(laptop, room, "from the laptop")
        for device in phone, laptop:
            await device.until(lambda device=device: len(device.messages(room)) == 2)
            self.assertEqual(texts(device.messages(room)), ["from the phone", "from the laptop"])
        await phone.request("user.rename", {"name": "Ada L."})
        renamed = {"user": {"id": phone.user["id"], "name": "Ada L."}}
        await laptop.until(lambda: renamed in laptop.told("user.renamed"))
        self.assertEqual((await self.open_again(phone)).user["name"], "Ada L.")

    async def test_session_close_makes_the_token_void_and_ends_all_its_connections(self):
        phone = await self.make_user("Ada")
        laptop = await self.open_again(phone)
        self.assertEqual(await phone.request("session.close"), {})
        self.assertEqual(await phone.closed(), 4500)
        self.assertEqual(await laptop.closed(), 4500)
        client = await self.connect()
        await self.assert_refused("invalid_token", client.open(token=phone.token))

    async def test_who_logs_out_on_the_last_device_leaves_its_rooms(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        await ada.request("session.close")
        await bob.until(lambda: left(bob, room, ada))
        shown = await bob.request("room.join", {"room": room})
        self.assertEqual(shown["members"], [{**bob.user, "online": True}])

    async def test_a_client_that_never_opens_its_session_is_closed(self):
        server = self.make_server("limits.open-timeout-ms=100")
        server.start_ready()
        client = await self.connect(server)
        self.assertEqual(await client.closed(), 4003)


class Cookies(ChatTest):
    def cookie(self):
        return cookie_of(self.server.get("/"))

    async def test_the_page_sets_a_cookie_that_makes_a_guest_at_first_and_then_brings_it_back(self):
        cookie = self.cookie()
        first = await self.connect(cookie=cookie)
        await first.open(name="Ada")
        self.assertNotIn("token", first.opened, "no script may read what the cookie hides")
        await first.disconnect()
        second = await self.connect(cookie=cookie)
        await second.open()
        self.assertEqual(second.user, first.user)

    async def test_two_pages_of_a_new_browser_opened_at_once_are_the_same_user(self):
        cookie = self.cookie()
        pages = [await self.connect(cookie=cookie) for _ in range(5)]
        opened = await asyncio.gather(*(page.open() for page in pages))
        users = [each["user"]["id"] for each in opened]
        self.assertEqual(users, [users[0]] * 5)

    async def test_a_page_that_has_the_cookie_gets_no_other_one(self):
        response = self.server.get("/", headers={"Cookie": f"klatsch_session={self.cookie()}"})
        self.assertIsNone(response.getheader("Set-Cookie"))

    async def test_logout_ends_the_session_sets_a_new_cookie_and_leads_to_the_page(self):
        cookie = self.cookie()
        ada = await self.connect(cookie=cookie)
        await ada.open(name="Ada")
        response = self.server.get("/logout", headers={"Cookie": f"klatsch_session={cookie}"})
        self.assertEqual((response.status, response.getheader("Location")), (303, "/"))
        self.assertNotIn(cookie_of(response), (None, cookie))
        self.assertEqual(await ada.closed(), 4500)
        guest = await self.connect(cookie=cookie_of(response))
        await guest.open()
        self.assertNotEqual(guest.user["id"], ada.user["id"])

    async def test_logout_without_a_session_just_leads_to_the_page(self):
        for cookie in (b"", b"klatsch_session=unknown", "klatsch_session=ä;".encode()):
            with self.subTest(cookie):
                response = self.server.get("/logout", headers={"Cookie": cookie})
                self.assertEqual((response.status, response.getheader("Location")), (303, "/"))

    async def test_a_cookie_that_can_be_guessed_makes_a_guest_of_nobody_else(self):
        users = set()
        for _ in range(2):
            for cookie in ("a", "x" * 42, "x" * 64):
                page = await self.connect(cookie=cookie)
                await page.open()
                users.add(page.user["id"])
        self.assertEqual(len(users), 6)

    async def test_a_cookie_whose_token_was_ended_makes_another_guest(self):
        cookie = self.cookie()
        ada = await self.connect(cookie=cookie)
        await ada.open(name="Ada")
        await ada.request("session.close")
        self.assertEqual(await ada.closed(), 4500)
        again = await self.connect(cookie=cookie)
        await again.open()
        self.assertNotEqual(again.user["id"], ada.user["id"])


class Expiry(ChatTest):
    """A login ends when it was not used for sessions.lifetime-days. No test waits for a day: this
    one ages the store."""

    def age_the_sessions_of(self, server):
        with contextlib.closing(sqlite3.connect(server.folder / "klatsch.db")) as database:
            database.execute("UPDATE sessions SET expires_at = 1000")
            database.commit()

    async def test_an_expired_token_is_refused_and_an_expired_cookie_makes_a_new_guest(self):
        server = self.make_server()
        server.start_ready()
        ada = await self.make_user("Ada", server=server)
        cookie = cookie_of(server.get("/"))
        page = await self.connect(server, cookie=cookie)
        await page.open()
        self.assertEqual(await asyncio.to_thread(server.stop), 0)
        self.age_the_sessions_of(server)
        server.start_ready()
        client = await self.connect(server)
        await self.assert_refused("invalid_token", client.open(token=ada.token))
        again = await self.connect(server, cookie=cookie)
        await again.open()
        self.assertNotEqual(again.user["id"], page.user["id"])


class SessionsOverMessagePack(ChatTest):
    async def test_the_two_wire_formats_show_the_same_things(self):
        ada = await self.make_user("Ada", wire="msgpack")
        bob = await self.make_user("Bob")
        room = await self.make_room(ada, bob)
        await say(ada, room, "Grüße ☕")
        await say(bob, room, "yes")
        for each in ada, bob:
            await each.until(lambda each=each: len(each.messages(room)) == 2)
        self.assertEqual(ada.messages(room), bob.messages(room))
        # Every result and notification has the same members, whatever the format.
        page = await ada.request("room.history", {"room": room})
        self.assertEqual(page, await bob.request("room.history", {"room": room}))
        self.assertEqual(set(ada.opened), set(bob.opened))

    async def test_notifications_and_batches_work_in_both_formats(self):
        for wire in "json", "msgpack":
            with self.subTest(wire):
                ada = await self.make_user("Ada", wire=wire)
                room = make_room_id()
                await ada.notify("room.create", {"title": "Made silently", "room": room})
                entered, refused = await ada.batch(
                    [("room.join", {"room": room}), ("room.join", {"room": "nowhere"})]
                )
                self.assertEqual(entered["title"], "Made silently")
                self.assertEqual(refused.name, "no_such_room")
                self.assertEqual(ada.told("unclaimed"), [])
