"""WebSocket frames that break the rules: the close code says why, and nobody else notices."""

import asyncio

from hostile_test import HostileTest
from raw_connection import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame, request

OPEN = request("session.open", {"name": "Mallory"})


class BadFrames(HostileTest):
    async def assert_closed_with(self, code, *frames, subprotocol=None):
        connection = await self.raw_web_socket(subprotocol=subprotocol)
        for each in frames:
            await connection.write(each)
        self.assertEqual(await connection.close_code(), code)

    async def test_a_frame_that_is_not_masked_breaks_the_protocol(self):
        await self.assert_closed_with(1002, frame(TEXT, OPEN, masked=False))

    async def test_reserved_bits_and_unknown_opcodes_break_the_protocol(self):
        for reserved in 1, 2, 4, 7:
            with self.subTest(reserved=reserved):
                await self.assert_closed_with(1002, frame(TEXT, OPEN, reserved=reserved))
        for opcode in 3, 7, 11, 15:
            with self.subTest(opcode=opcode):
                await self.assert_closed_with(1002, frame(opcode, b""))

    async def test_control_frames_that_are_long_or_in_pieces_break_the_protocol(self):
        for wrong in (
            frame(PING, b"x" * 126),
            frame(PING, b"x", last=False),
            frame(CLOSE, b"x" * 126),
            frame(CLOSE, b"\x03"),
        ):
            with self.subTest(wrong[:2]):
                await self.assert_closed_with(1002, wrong)

    async def test_pieces_that_do_not_belong_together_break_the_protocol(self):
        await self.assert_closed_with(1002, frame(CONTINUATION, b"x"))
        await self.assert_closed_with(1002, frame(TEXT, b"[", last=False), frame(TEXT, b"]"))

    async def test_a_text_that_is_not_utf_8_is_closed_as_such(self):
        for wrong in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b'{"\xe2\x82'):
            with self.subTest(wrong):
                await self.assert_closed_with(1007, frame(TEXT, wrong))

    async def test_a_message_over_the_limit_is_closed_as_such(self):
        await self.assert_closed_with(1009, frame(TEXT, b" " * 65537))
        # The same in pieces, none of which is over it.
        await self.assert_closed_with(
            1009,
            frame(TEXT, b" " * 40000, last=False),
            frame(CONTINUATION, b" " * 40000, last=False),
        )

    async def test_a_frame_that_announces_more_than_any_memory_is_closed_at_its_head(self):
        for announced in (b"\x7f\xff\xff\xff\xff\xff\xff\xff", b"\x00\x00\x00\x10\x00\x00\x00\x00"):
            with self.subTest(announced):
                await self.assert_closed_with(1009, b"\x81\xff" + announced + b"\0\0\0\0")

    async def test_the_largest_message_is_read(self):
        connection = await self.raw_web_socket()
        padded = OPEN + b" " * (65536 - len(OPEN))
        await connection.write(frame(TEXT, padded))
        self.assertEqual((await connection.answer())["result"]["user"]["name"], "Mallory")

    async def test_text_on_a_messagepack_connection_and_binary_on_a_json_one_are_closed(self):
        await self.assert_closed_with(1003, frame(TEXT, OPEN), subprotocol="klatsch.v1.msgpack")
        await self.assert_closed_with(1003, frame(BINARY, OPEN), subprotocol="klatsch.v1.json")
        await self.assert_closed_with(1003, frame(BINARY, OPEN))

    async def test_a_message_in_many_pieces_with_pings_between_them_is_read(self):
        connection = await self.raw_web_socket()
        await connection.write(frame(TEXT, OPEN[:1], last=False))
        for at in range(1, len(OPEN)):
            await connection.write(frame(PING, b"%d" % at))
            await connection.write(
                frame(CONTINUATION, OPEN[at : at + 1], last=at == len(OPEN) - 1)
            )
        pongs = []
        while True:
            opcode, payload = await connection.read_frame()
            if opcode != PONG:
                break
            pongs.append(payload)
        self.assertIn(b"Mallory", payload)
        # Only the newest ping must be answered; those that are keep their order.
        self.assertEqual(pongs, sorted(pongs, key=int))
        self.assertTrue(pongs)

    async def test_a_message_that_arrives_byte_by_byte_is_read(self):
        connection = await self.raw_web_socket()
        whole = frame(TEXT, OPEN)
        for at in range(len(whole)):
            await connection.write(whole[at : at + 1])
        self.assertEqual((await connection.answer())["result"]["user"]["name"], "Mallory")

    async def test_empty_messages_are_answered_as_no_json(self):
        connection = await self.raw_web_socket()
        await connection.write(frame(TEXT, b""))
        self.assertEqual((await connection.answer())["error"]["code"], -32700)
        # In pieces that are empty, too.
        await connection.write(
            frame(TEXT, b"", last=False) + frame(CONTINUATION, b"", last=False) * 100
        )
        await connection.write(frame(CONTINUATION, b""))
        self.assertEqual((await connection.answer())["error"]["code"], -32700)

    async def test_a_flood_of_pings_is_answered_or_dropped_but_kept_in_no_memory(self):
        connection = await self.raw_web_socket()
        flood = frame(PING, b"x" * 125) * 20000 + frame(TEXT, OPEN)
        _, answer = await asyncio.gather(connection.write(flood), connection.answer())
        self.assertEqual(answer["result"]["user"]["name"], "Mallory")

    async def test_pongs_that_nobody_asked_for_are_passed_over(self):
        connection = await self.raw_web_socket()
        await connection.write(frame(PONG, b"x") * 1000 + frame(TEXT, OPEN))
        self.assertIn("result", await connection.answer())

    async def test_a_close_frame_is_answered_with_the_same_code(self):
        await self.assert_closed_with(1000, frame(CLOSE, b"\x03\xe8bye"))

    async def test_what_follows_a_close_frame_is_not_done(self):
        connection = await self.raw_web_socket()
        await connection.ask("session.open", {"name": "Mallory"})
        await connection.ask("room.join", {"room": self.room})
        await connection.write(
            frame(CLOSE, b"\x03\xe8")
            + frame(TEXT, request("room.send", {"room": self.room, "text": "late", "cid": "1"}))
        )
        self.assertEqual(await connection.close_code(), 1000)
        page = await self.other.request("room.history", {"room": self.room})
        self.assertEqual(page["messages"], [])

    async def test_connections_cut_in_the_middle_of_a_frame_leave_nothing_behind(self):
        for cut in range(1, 60, 3):
            connection = await self.raw_web_socket()
            await connection.write(frame(TEXT, OPEN)[:cut])
            await connection.end()
        await self.bystander.request("room.list")
