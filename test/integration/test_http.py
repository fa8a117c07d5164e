"""What is served over HTTP: the page and its files, the checks of health, the metrics."""

import http.client
import json
import re

from chat_test import ChatTest, say, tell
from server import PAGE, SCRIPT

FILE = "/assets/app-4f2a.js"


class Pages(ChatTest):
    def get(self, path, **headers):
        return self.server.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def test_the_page_is_served_at_the_root_and_is_asked_for_again_each_time(self):
        for path in "/", "/index.html", "/?room=beach":
            with self.subTest(path):
                response = self.get(path)
                self.assertEqual((response.status, response.content), (200, PAGE))
                self.assertEqual(response.getheader("Content-Type"), "text/html; charset=utf-8")
                self.assertEqual(response.getheader("Cache-Control"), "no-cache")

    def test_files_with_a_hash_in_their_name_are_cached_for_ever(self):
        response = self.get(FILE)
        self.assertEqual((response.status, response.content), (200, SCRIPT))
        self.assertEqual(response.getheader("Content-Type"), "text/javascript; charset=utf-8")
        self.assertIn("immutable", response.getheader("Cache-Control"))
        self.assertIn("max-age=31536000", response.getheader("Cache-Control"))

    def test_files_are_sent_compressed_to_who_understands_it(self):
        for accepted, coding in {
            "gzip": "gzip",
            "br": "br",
            "gzip, deflate, br": "br",
            "gzip;q=1.0, br;q=0.5": "gzip",
            "br;q=0, gzip;q=0": None,
            "identity": None,
            "*": "br",
            "zstd": None,
            "": None,
        }.items():
            with self.subTest(accepted):
                response = self.get(FILE, Accept_Encoding=accepted)
                self.assertEqual(response.getheader("Content-Encoding"), coding)
                self.assertIn("Accept-Encoding", response.getheader("Vary"))
                expected = {"gzip": b"as if it were gzip", "br": b"as if it were brotli"}
                self.assertEqual(response.content, expected.get(coding, SCRIPT))

    def test_who_has_the_file_already_gets_304_without_content(self):
        for path in "/", FILE:
            tag = self.get(path).getheader("ETag")
            self.assertRegex(tag, '^"[0-9a-f]+"$')
            for asked in (tag, f'"other", {tag}', f"W/{tag}", "*"):
                with self.subTest(f"{path} {asked}"):
                    response = self.get(path, If_None_Match=asked)
                    self.assertEqual((response.status, response.content), (304, b""))
                    self.assertEqual(response.getheader("ETag"), tag)
            self.assertEqual(self.get(path, If_None_Match='"other"').status, 200)

    def test_each_coding_has_its_own_tag(self):
        answers = [self.get(FILE, Accept_Encoding=each) for each in ("br", "gzip", "")]
        self.assertEqual(len({each.getheader("ETag") for each in answers}), 3)

    def test_head_is_answered_like_get_without_the_content(self):
        for path in "/", FILE, "/healthz", "/readyz", "/metrics", "/nothing":
            with self.subTest(path):
                head, full = self.server.get(path, "HEAD"), self.server.get(path)
                self.assertEqual((head.status, head.content), (full.status, b""))
                if path != "/metrics":
                    self.assertEqual(
                        head.getheader("Content-Length"), full.getheader("Content-Length")
                    )

    def test_what_is_not_there_is_404_and_other_methods_are_405(self):
        for path in "/nothing", "/index.htm", "/assets/other.js", "/api/v1/nothing", "/ws/", "/WS":
            self.assertEqual(self.get(path).status, 404, path)
        for method in "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE":
            with self.subTest(method):
                response = self.server.get("/", method, body="x=1" if method == "POST" else None)
                self.assertEqual(response.status, 405)
                self.assertEqual(response.getheader("Allow"), "GET, HEAD")

    def test_every_answer_has_the_security_headers(self):
        for path in "/", FILE, "/nothing", "/healthz", "/metrics", "/logout", "/ws":
            with self.subTest(path):
                response = self.get(path)
                policy = {
                    words[0]: words[1:]
                    for words in map(
                        str.split, response.getheader("Content-Security-Policy").split(";")
                    )
                }
                self.assertEqual(policy["default-src"], ["'none'"])
                self.assertEqual(policy["script-src"], ["'self'"])
                self.assertEqual(policy["base-uri"], ["'none'"])
                self.assertEqual(policy["frame-ancestors"], ["'none'"])
                self.assertNotIn("unsafe", response.getheader("Content-Security-Policy"))
                self.assertEqual(response.getheader("X-Content-Type-Options"), "nosniff")
                self.assertEqual(response.getheader("X-Frame-Options"), "DENY")
                self.assertEqual(response.getheader("Referrer-Policy"), "no-referrer")
                self.assertEqual(response.getheader("Cross-Origin-Opener-Policy"), "same-origin")

    def test_the_cookie_is_hidden_from_scripts_and_other_sites(self):
        cookie = self.get("/").getheader("Set-Cookie")
        name, *attributes = [part.strip() for part in cookie.split(";")]
        self.assertRegex(name, "^klatsch_session=[A-Za-z0-9_-]{20,64}$")
        self.assertLessEqual({"HttpOnly", "SameSite=Lax", "Path=/"}, set(attributes))
        self.assertIn(f"Max-Age={30 * 24 * 3600}", attributes)
        self.assertNotIn("Secure", attributes)
        self.assertNotEqual(self.get("/").getheader("Set-Cookie"), cookie)
        self.assertIsNone(self.get(FILE).getheader("Set-Cookie"))

    def test_where_only_https_leads_here_the_cookie_says_so(self):
        server = self.make_server("http.cookie-secure=true", "sessions.lifetime-days=7")
        server.start_ready()
        attributes = server.get("/").getheader("Set-Cookie").split("; ")
        self.assertIn("Secure", attributes)
        self.assertIn(f"Max-Age={7 * 24 * 3600}", attributes)

    def test_a_connection_serves_many_requests(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        self.addCleanup(connection.close)
        connection.connect()
        local_port = connection.sock.getsockname()[1]
        for path in ("/", FILE, "/nothing", "/healthz") * 10:
            connection.request("GET", path)
            connection.getresponse().read()
        self.assertEqual(connection.sock.getsockname()[1], local_port)


class Health(ChatTest):
    def test_a_node_that_serves_is_alive_and_ready(self):
        for path in "/healthz", "/readyz":
            response = self.server.get(path)
            self.assertEqual(response.status, 200)
            self.assertEqual(response.getheader("Cache-Control"), "no-store")

    async def test_the_metrics_count_what_happens(self):
        count = self.server.metric
        before = {
            name: count(f"klatsch_{name}")
            for name in ("connections", "sessions", "messages_total", "private_messages_total")
            + ("deliveries_total", "requests_total", "refusals_total", "append_seconds_count")
        }
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        for number in range(10):
            await say(ada, room, f"{number}")
        await tell(ada, bob, "private")
        await self.assert_refused("method_not_found", ada.request("room.nothing"))
        await bob.until(lambda: len(bob.messages(room)) == 10)
        self.assertEqual(count("klatsch_connections"), before["connections"] + 2)
        self.assertEqual(count("klatsch_sessions"), before["sessions"] + 2)
        self.assertEqual(count("klatsch_messages_total"), before["messages_total"] + 10)
        self.assertEqual(
            count("klatsch_private_messages_total"), before["private_messages_total"] + 1
        )
        self.assertGreaterEqual(count("klatsch_deliveries_total"), before["deliveries_total"] + 20)
        self.assertEqual(count("klatsch_refusals_total"), before["refusals_total"] + 1)
        self.assertEqual(count("klatsch_append_seconds_count"), before["append_seconds_count"] + 10)
        # session.open twice, create, two joins, ten messages, a private one, the refused one
        self.assertEqual(count("klatsch_requests_total"), before["requests_total"] + 17)
        await bob.disconnect()
        await self.eventually(
            lambda: count("klatsch_connections") == before["connections"] + 1, "one has gone"
        )

    def test_the_metrics_are_the_text_format_of_prometheus(self):
        response = self.server.get("/metrics")
        self.assertTrue(response.getheader("Content-Type").startswith("text/plain; version=0.0.4"))
        kinds = {}
        for line in response.content.decode().splitlines():
            if match := re.fullmatch(r"# TYPE (\w+) (\w+)", line):
                kinds[match[1]] = match[2]
            elif not line.startswith("# HELP "):
                self.assertRegex(line, r'^klatsch_\w+(\{le="[^"]+"\})? [-+.\w]+$')
        self.assertIn("histogram", kinds.values())
        for name in kinds:
            self.assertRegex(name, "^klatsch_")
        for name in "klatsch_store_queue", "klatsch_outbox_bytes", "klatsch_request_seconds":
            self.assertIn(name, kinds)


class Logs(ChatTest):
    options = ("log.format=json", "log.level=trace")

    async def test_lines_are_json_and_hold_no_text_and_no_token(self):
        ada, bob = await self.make_users("Ada", "Bob")
        room = await self.make_room(ada, bob)
        await say(ada, room, "The secret ingredient is cardamom")
        await tell(ada, bob, "The secret ingredient is cardamom")
        await bob.until(lambda: bob.told("private") and bob.messages(room))
        cookie = self.server.get("/").getheader("Set-Cookie").split(";")[0].split("=")[1]
        page = await self.connect(cookie=cookie)
        await page.open()
        log = self.server.log
        lines = [json.loads(line) for line in log.splitlines()]
        self.assertGreater(len(lines), 3)
        for line in lines:
            self.assertLessEqual({"time", "level", "message"}, set(line))
        for hidden in ("cardamom", ada.token, bob.token, cookie):
            self.assertNotIn(hidden, log)
