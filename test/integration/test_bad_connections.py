"""Connections that are no WebSocket, never speak, never listen, or come from another site."""

import asyncio
import os

from chat_test import ChatTest, say
from hostile_test import HostileTest
from klatsch_client import ConnectionEnded
from raw_connection import TEXT, frame, request


class Handshakes(HostileTest):
    def cookie_field(self):
        cookie = self.server.get("/").getheader("Set-Cookie").split(";")[0]
        return f"Cookie: {cookie}"

    async def upgrade(self, *fields, subprotocol=None):
        return await (await self.raw()).upgrade(*fields, subprotocol=subprotocol)

    async def test_a_page_of_another_site_can_not_use_the_cookie(self):
        cookie = self.cookie_field()
        for origin in (
            "https://evil.example",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1:1",
            "http://evil.example@127.0.0.1",
            "null",
            "file://",
        ):
            with self.subTest(origin):
                self.assertEqual(await self.upgrade(f"Origin: {origin}", cookie), 403)
        self.assertEqual(await self.upgrade("Origin: http://127.0.0.1", cookie), 101)
        self.assertEqual(await self.upgrade(cookie), 101, "no browser, no origin")

    async def test_a_page_of_a_site_that_the_operator_trusts_can_use_the_cookie(self):
        server = self.make_server("http.origins=https://chat.example")
        server.start_ready()
        for origin, status in (("https://chat.example", 101), ("https://evil.example", 403)):
            connection = await self.raw(server)
            answer = await connection.upgrade(f"Origin: {origin}", self.cookie_field())
            self.assertEqual(answer, status, origin)

    async def test_a_page_of_another_site_without_the_cookie_is_only_a_guest(self):
        self.assertEqual(await self.upgrade("Origin: https://evil.example"), 101)

    async def test_a_subprotocol_that_is_not_spoken_is_refused(self):
        self.assertEqual(await self.upgrade(subprotocol="klatsch.v9.json"), 400)
        self.assertEqual(await self.upgrade(subprotocol="soap, klatsch.v1.json"), 101)

    async def test_the_path_of_the_web_socket_says_so_to_who_just_looks(self):
        response = self.server.get("/ws")
        self.assertEqual((response.status, response.getheader("Upgrade")), (426, "websocket"))

    async def test_a_handshake_that_is_not_complete_is_refused(self):
        for wrong in (
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 8\r\n\r\n",
            "POST /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade, close\r\nContent-Length: 0\r\n\r\n",
        ):
            with self.subTest(wrong[:120]):
                status = await (await self.raw()).http(wrong)
                self.assertIn(status, (400, 405, 426))


class Garbage(HostileTest):
    options = ("http.header-timeout-ms=500",)

    async def test_what_is_not_http_is_refused_or_cut_off(self):
        for garbage in (
            b"\0" * 100 + b"\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(300) + b"\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n: no name\r\n\r\n",
            b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"*1\r\n$4\r\nPING\r\n\r\n\r\n",
            b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
            os.urandom(4000) + b"\r\n\r\n",
        ):
            with self.subTest(garbage[:20]):
                status = await (await self.raw()).http(garbage)
                self.assertIn(status, (None, 400, 431))

    async def test_a_header_that_is_too_large_is_refused(self):
        for fields in (
            "X: " + "x" * 20000,
            "\r\n".join(f"X-{number}: x" for number in range(5000)),
            "Cookie: " + "a=b; " * 10000,
        ):
            with self.subTest(fields[:10]):
                text = f"GET / HTTP/1.1\r\nHost: x\r\n{fields}\r\n\r\n"
                self.assertEqual(await (await self.raw()).http(text), 431)
        target = "GET /" + "x" * 20000 + " HTTP/1.1\r\nHost: x\r\n\r\n"
        self.assertEqual(await (await self.raw()).http(target), 431)

    async def test_a_header_without_end_is_cut_off(self):
        connection = await self.raw()
        await connection.write(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        for _ in range(64):
            await connection.write(b"x" * 65536)
        answer = await connection.read_to_the_end()
        self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer[:100])

    async def test_who_never_ends_the_header_is_disconnected(self):
        silent = await self.raw()
        slow = await self.raw()
        await slow.write(b"GET / HTTP/1.1\r\nX: ")

        async def drip():
            while await slow.write(b"x"):
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        self.addAsyncCleanup(asyncio.gather, dripping, return_exceptions=True)
        self.assertEqual(await silent.read_to_the_end(), b"")
        await slow.read_to_the_end()
        await slow.end()
        dripping.cancel()

    async def test_a_body_is_refused(self):
        for body in (
            "Content-Length: 5\r\n\r\nhello",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "Content-Length: 99999999999\r\n\r\n",
        ):
            with self.subTest(body[:20]):
                text = f"GET / HTTP/1.1\r\nHost: x\r\n{body}"
                self.assertEqual(await (await self.raw()).http(text), 413)

    async def test_a_second_request_is_not_smuggled_into_the_first(self):
        text = (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n"
            "0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        connection = await self.raw()
        await connection.write(text.encode())
        answer = await connection.read_to_the_end()
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1)
        self.assertNotIn(b"klatsch_connections", answer)


class PathTraversal(HostileTest):
    async def test_no_path_leads_out_of_the_web_root(self):
        for target in (
            "/../secret.txt",
            "/../../../../../../etc/passwd",
            "/assets/../../secret.txt",
            "/assets/%2e%2e/%2e%2e/secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/..\\secret.txt",
            "/....//secret.txt",
            "//etc/passwd",
            "///etc/passwd",
            "/./../secret.txt",
            "/index.html/../../secret.txt",
            "/index.html%00.txt",
            "/assets/",
            "/assets",
            "/assets/app-4f2a.js.gz",
        ):
            with self.subTest(target):
                text = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                self.assertIn(await (await self.raw()).http(text), (400, 404))
        for target in ("secret.txt", "http://other.example/", "*"):
            with self.subTest(target):
                text = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                self.assertIn(await (await self.raw()).http(text), (400, 404))

    async def test_a_link_out_of_the_web_root_is_not_followed(self):
        server = self.make_server()
        (server.folder / "web/link.txt").symlink_to(server.folder / "secret.txt")
        (server.folder / "web/folder").symlink_to("/etc")
        server.start_ready()
        for path in "/link.txt", "/folder/passwd":
            self.assertEqual(server.get(path).status, 404)


class SlowReaders(HostileTest):
    outbox_bytes = 2097152
    options = (f"limits.outbox-bytes={outbox_bytes}",)

    async def test_a_slow_reader_is_told_to_come_back_and_the_others_go_on(self):
        slow = await self.raw_web_socket(receive_buffer=4096)
        await slow.ask("session.open", {"name": "Slow"})
        await slow.ask("room.join", {"room": self.room})
        before = self.server.metric("klatsch_slow_consumers_total")
        text = "x" * 4000
        for number in range(5000):
            await say(self.bystander, self.room, text)
            if number % 50 == 0 and self.server.metric("klatsch_slow_consumers_total") > before:
                break
        self.assertEqual(self.server.metric("klatsch_slow_consumers_total"), before + 1)
        await self.other.until(lambda: len(self.other.messages(self.room)) == number + 1)
        self.assert_dense(self.other.messages(self.room))
        self.assertEqual(await slow.close_code(), 4001)

    async def test_who_asks_and_never_reads_is_bounded_too(self):
        await say(self.bystander, self.room, "x" * 4000)
        slow = await self.raw_web_socket(receive_buffer=4096)
        await slow.ask("session.open", {"name": "Slow"})
        await slow.ask("room.join", {"room": self.room})
        asked = frame(TEXT, request("room.history", {"room": self.room}))

        async def ask_forever():
            # Whether it is closed or just not read any more, it must not grow.
            while await slow.write(asked * 100):
                pass

        asking = asyncio.create_task(ask_forever())
        self.addAsyncCleanup(asyncio.gather, asking, return_exceptions=True)
        done, _ = await asyncio.wait([asking], timeout=3)
        self.assertLess(self.server.metric("klatsch_outbox_bytes"), 2 * self.outbox_bytes)
        await slow.end()
        asking.cancel()


class HalfOpen(HostileTest):
    options = ("http.idle-timeout-ms=1000",)

    async def test_a_half_open_connection_is_found_and_closed(self):
        # This client answers no ping, as one whose network is gone.
        dead = await self.raw_web_socket()
        await dead.ask("session.open", {"name": "Dead"})
        await dead.ask("room.join", {"room": self.room})
        self.assertEqual(await dead.close_code(), 4002)
        await self.bystander.until(
            lambda: "Dead"
            in [p["user"]["name"] for p in self.bystander.told("presence") if not p["online"]]
        )

    async def test_a_client_that_answers_pings_may_be_silent_as_long_as_it_likes(self):
        watcher = await self.make_user("Silent")
        dead = await self.raw_web_socket()
        await dead.ask("session.open", {"name": "Dead"})
        self.assertEqual(await dead.close_code(), 4002)
        await watcher.request("room.list")

    async def test_a_connection_that_is_never_closed_by_the_client_is_let_go(self):
        for _ in range(20):
            await self.raw_web_socket()
        await self.eventually(
            lambda: self.server.metric("klatsch_connections") <= 2, "only the bystanders are left"
        )


class TooMany(ChatTest):
    options = ("http.max-connections=10",)

    async def test_connections_over_the_limit_are_refused_and_the_others_stay(self):
        users = await self.make_users(*(f"user {n}" for n in range(8)))
        refused = 0
        for _ in range(10):
            try:
                await self.make_user("one too many")
            except Exception as error:  # whichever way it is told
                self.assertNotIsInstance(error, (AssertionError, ConnectionEnded))
                refused += 1
        self.assertGreaterEqual(refused, 8)
        for each in users:
            await each.request("room.list")
        await users[0].disconnect()
        await users[1].request("room.list")


class ManyConnections(HostileTest):
    async def test_hundreds_that_come_and_go_leave_no_memory_and_no_session_behind(self):
        async def come_and_go():
            connection = await self.raw_web_socket()
            await connection.ask("session.open", {})
            await connection.end()

        for _ in range(10):
            await asyncio.gather(*(come_and_go() for _ in range(30)))
        await self.eventually(
            lambda: self.server.metric("klatsch_sessions") == 2, "two sessions are left"
        )
        self.assertEqual(self.server.metric("klatsch_connections"), 2)
