"""Requests that are wrong: each is answered with a clear error, and the connection goes on."""

import asyncio
import json

from chat_test import make_cid, say
from hostile_test import HostileTest
from klatsch_client import ConnectionEnded, RequestError
from server import REPOSITORY

GOLDEN = REPOSITORY / "protocol/golden/invalid_requests.json"


class BadRequests(HostileTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.mallory = await self.make_user("Mallory")
        await self.mallory.request("room.join", {"room": self.room})

    async def assert_field(self, field, method, params):
        error = await self.assert_refused("invalid_params", self.mallory.request(method, params))
        self.assertEqual(error.code, -32602)
        self.assertEqual(error.data["field"], field)
        self.assertTrue(error.data["reason"])
        self.assertFalse(error.retry)

    async def test_an_unknown_method_is_told_so(self):
        for method in ("room.destroy", "", "room", "ROOM.LIST", "__init__", "../room.list"):
            with self.subTest(method):
                error = await self.assert_refused("method_not_found", self.mallory.request(method))
                self.assertEqual(error.code, -32601)

    async def test_a_parameter_of_a_wrong_type_is_named(self):
        good = {"room": self.room, "text": "Hello", "cid": "1"}
        for field in good:
            for wrong in (None, 1, 1.5, True, [], ["x"], {}, {"x": 1}):
                with self.subTest(f"{field} = {wrong!r}"):
                    await self.assert_field(field, "room.send", {**good, field: wrong})
        for field, wrong in (("before", "1"), ("after", -1), ("limit", 1.5), ("limit", 2**60)):
            with self.subTest(f"{field} = {wrong!r}"):
                await self.assert_field(field, "room.history", {"room": self.room, field: wrong})

    async def test_a_missing_parameter_is_named(self):
        for field, params in {
            "room": {"text": "Hello", "cid": "1"},
            "text": {"room": self.room, "cid": "1"},
            "cid": {"room": self.room, "text": "Hello"},
        }.items():
            await self.assert_field(field, "room.send", params)

    async def test_a_text_has_1_to_4000_characters_and_no_control_characters(self):
        too_long = ("x" * 4001, "🙂" * 4001)
        for wrong in ("", " ", "\n\t ", *too_long, "a\0b", "a\x1bb", "a\x7fb", "a\x85b"):
            with self.subTest(wrong[:10]):
                await self.assert_field(
                    "text", "room.send", {"room": self.room, "text": wrong, "cid": make_cid()}
                )
                await self.assert_field(
                    "text",
                    "user.send",
                    {"to": self.bystander.user["id"], "text": wrong, "cid": make_cid()},
                )
        for right in ("x" * 4000, "🙂" * 4000, "two\nlines\tand a tab", "<b>&amp;</b>", "e\u0301"):
            await say(self.mallory, self.room, right)
            await self.other.until(
                lambda: self.other.messages(self.room)
                and self.other.messages(self.room)[-1]["text"] == right
            )

    async def test_ids_hold_nothing_that_means_something_elsewhere(self):
        for wrong in (
            "",
            "x" * 65,
            "a b",
            "a:b",
            "../room",
            "room\n",
            "room\0",
            "klatsch:room:*",
            "'; DROP TABLE messages; --",
            "{room}",
            "räume",
            "<script>",
        ):
            with self.subTest(wrong):
                await self.assert_field("room", "room.join", {"room": wrong})
                await self.assert_field("room", "room.create", {"title": "Title", "room": wrong})
                await self.assert_field("to", "user.send", {"to": wrong, "text": "x", "cid": "1"})
                await self.assert_field("with", "user.history", {"with": wrong})
                await self.assert_field(
                    "cid", "room.send", {"room": self.room, "text": "x", "cid": wrong}
                )

    async def test_names_and_titles_are_one_line_of_their_length(self):
        names = ("", " ", " Ada", "Ada ", "A\nda", "x" * 41, "a:b", "@Ada", "A\u202eda", "A\0")
        for wrong in names:
            with self.subTest(wrong):
                await self.assert_field("name", "user.rename", {"name": wrong})
                client = await self.connect()
                await self.assert_refused("invalid_params", client.open(name=wrong))
        for wrong in ("", "x" * 81, "two\nlines"):
            with self.subTest(wrong):
                await self.assert_field("title", "room.create", {"title": wrong})

    async def test_what_a_client_makes_up_beside_the_parameters_changes_nothing(self):
        await self.mallory.request(
            "room.send",
            {
                "room": self.room,
                "text": "I am somebody else",
                "cid": make_cid(),
                "from": self.bystander.user,
                "seq": 1,
                "ts": 0,
            },
        )
        await self.other.until(lambda: self.other.messages(self.room))
        said = self.other.messages(self.room)[-1]
        self.assertEqual(said["from"], self.mallory.user)
        self.assertGreater(said["ts"], 1_600_000_000_000)

    async def test_who_is_not_a_member_neither_sends_nor_reads(self):
        stranger = await self.make_user("Stranger")
        for request in (
            say(stranger, self.room, "Hello"),
            stranger.request("room.history", {"room": self.room}),
            stranger.request("room.leave", {"room": self.room}),
        ):
            error = await self.assert_refused("not_a_member", request)
            self.assertEqual(error.code, 1011)

    async def test_a_batch_is_answered_as_one_and_each_mistake_in_it_on_its_own(self):
        answers = await self.mallory.batch(
            [
                ("room.list", {}),
                ("room.nothing", {}),
                ("room.send", {"room": self.room, "text": "", "cid": "1"}),
                ("room.send", {"room": self.room, "text": "good", "cid": make_cid()}),
            ]
        )
        self.assertIn("rooms", answers[0])
        self.assertEqual([answers[1].code, answers[2].code], [-32601, -32602])
        self.assertIn("seq", answers[3])

    async def test_an_empty_and_an_oversized_batch_are_refused_as_a_whole(self):
        for batch in ([], [{"jsonrpc": "2.0", "id": n, "method": "room.list"} for n in range(51)]):
            with self.subTest(len(batch)):
                before = len(self.mallory.told("unclaimed"))
                await self.mallory.write(batch)
                await self.mallory.until(lambda: len(self.mallory.told("unclaimed")) > before)
                refused = self.mallory.told("unclaimed")[-1]
                self.assertEqual((refused["id"], refused["error"]["code"]), (None, -32600))

    async def test_deep_nesting_is_refused(self):
        for wire, deep in (
            ("json", "[" * 30000 + "]" * 30000),
            ("json", '{"a":' * 10000 + "1" + "}" * 10000),
            ("json", "[" * 65536),
            ("msgpack", b"\x91" * 60000 + b"\xc0"),
            ("msgpack", b"\x81\xa1a" * 20000 + b"\xc0"),
            # An array that says it has 2^32 - 1 elements.
            ("msgpack", b"\xdd\xff\xff\xff\xff"),
        ):
            with self.subTest(f"{wire} {deep[:8]}"):
                client = await self.make_user("Mallory", wire=wire)
                await client.write_bytes(deep)
                await client.until(lambda client=client: client.told("unclaimed"))
                refused = client.told("unclaimed")[0]["error"]
                self.assertIn(refused["code"], (-32600, -32700))
                await client.request("room.list")


class GoldenVectors(HostileTest):
    """The invalid requests that are pinned for all clients, over real sockets."""

    async def refuse_all(self, wire, encoded_of):
        client = await self.make_user("Mallory", wire=wire)
        count = 0
        for vector in json.loads(GOLDEN.read_text()):
            encoded = encoded_of(vector)
            if encoded is None:
                continue
            with self.subTest(vector["name"]):
                known = len(client.told("unclaimed"))
                await client.write_bytes(encoded)
                await client.until(
                    lambda client=client, known=known: len(client.told("unclaimed")) > known
                )
                answer = client.told("unclaimed")[-1]
                self.assertEqual(answer["id"], vector.get("id"))
                expected = vector["error"]
                self.assertEqual(answer["error"]["code"], expected["code"])
                self.assertEqual(answer["error"]["data"].get("field"), expected.get("field"))
            count += 1
        self.assertGreater(count, 50)

    async def test_every_invalid_request_in_json_is_answered_as_the_vectors_say(self):
        # Those that are not valid UTF-8 can't be sent as a text; see test_bad_connections.
        await self.refuse_all("json", lambda vector: vector.get("text"))

    async def test_every_invalid_request_in_messagepack_is_answered_as_the_vectors_say(self):
        def encoded_of(vector):
            return bytes.fromhex(vector["msgpack_hex"]) if "msgpack_hex" in vector else None

        await self.refuse_all("msgpack", encoded_of)


class Floods(HostileTest):
    options = ("limits.rate=20", "limits.burst=50", "limits.flood-refusals=300")

    async def test_a_flood_is_refused_with_the_time_to_wait_and_then_served_again(self):
        mallory = await self.make_user("Mallory")
        self.assertEqual(mallory.opened["limits"]["rate"], 20)
        self.assertEqual(mallory.opened["limits"]["burst"], 50)
        answers = await mallory.batch([("room.list", {})] * 50)
        answers += await mallory.batch([("room.list", {})] * 50)
        refused = [each for each in answers if isinstance(each, Exception)]
        served = [each for each in answers if not isinstance(each, Exception)]
        self.assertGreaterEqual(len(served), 49)
        self.assertGreater(len(refused), 20)
        for error in refused:
            self.assertEqual((error.code, error.name, error.retry), (1030, "rate_limited", True))
            self.assertTrue(0 < error.data["retry_after_ms"] <= 1000, error.data)
        await self.wait_as_told(mallory)

    async def wait_as_told(self, client):
        """A client that waits as long as it is told gets through at once."""
        for _ in range(3):
            try:
                return await client.request("room.list")
            except RequestError as error:
                await asyncio.sleep(error.data["retry_after_ms"] / 1000)
        self.fail("waited as told, and was refused all the same")

    async def test_who_never_stops_flooding_is_closed_and_must_not_come_back(self):
        mallory = await self.make_user("Mallory")
        flood = [{"jsonrpc": "2.0", "id": 1, "method": "room.list"}] * 50
        with self.assertRaises(ConnectionEnded):
            for _ in range(100):
                await mallory.write(flood)
                await mallory.until(lambda: mallory.received)
                mallory.received.clear()
        self.assertEqual(await mallory.closed(), 4501)

    async def test_the_others_keep_their_own_allowance(self):
        mallory = await self.make_user("Mallory")
        await mallory.write([{"jsonrpc": "2.0", "id": 1, "method": "room.list"}] * 50)
        await mallory.write([{"jsonrpc": "2.0", "id": 1, "method": "room.list"}] * 50)
        for number in range(10):
            await say(self.bystander, self.room, f"{number}")
