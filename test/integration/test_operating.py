"""Running it: the configuration, starting, stopping, and what may not be started twice."""

import asyncio
import re
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import seccomp
from chat_test import ChatTest, read_all, say
from server import BINARY, clean_environment


def run(*arguments, environment=None):
    """Runs the binary, which is to end by itself."""
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=20,
        env=clean_environment() | (environment or {}),
        cwd=tempfile.gettempdir(),
    )


class Stopping(ChatTest):
    @classmethod
    def setUpClass(cls):
        """Each test has a server of its own."""

    async def test_a_signal_tells_the_clients_to_come_back_and_ends_with_0(self):
        for signal_number in signal.SIGTERM, signal.SIGINT:
            with self.subTest(signal_number):
                server = self.make_server()
                server.start_ready()
                ada, bob = await self.make_users("Ada", "Bob", server=server)
                room = await self.make_room(ada, bob)
                sent = await say(ada, room, "before the stop")
                unopened = await self.connect(server)
                server.send(signal_number)
                for client in ada, bob, unopened:
                    self.assertEqual(await client.closed(), 4000)
                self.assertEqual(await asyncio.to_thread(server.wait), 0, server.log)
                server.start_ready()
                back = await self.reconnect(bob)
                history = await read_all(back, room)
                self.assertEqual([each["seq"] for each in history], [sent["seq"]])

    async def test_stopping_in_the_middle_of_sending_loses_nothing_acknowledged(self):
        server = self.make_server()
        server.start_ready()
        ada = await self.make_user("Ada", server=server)
        room = await self.make_room(ada)
        sending = [asyncio.create_task(say(ada, room, f"{n}", f"c{n}")) for n in range(300)]
        await ada.until(lambda: ada.messages(room))
        server.send(signal.SIGTERM)
        answers = await asyncio.gather(*sending, return_exceptions=True)
        self.assertEqual(await ada.closed(), 4000)
        self.assertEqual(await asyncio.to_thread(server.wait), 0, server.log)
        acknowledged = {f"c{n}": each for n, each in enumerate(answers) if isinstance(each, dict)}
        self.assertTrue(acknowledged)
        server.start_ready()
        history = await read_all(await self.reconnect(ada), room)
        self.assert_dense(history)
        stored = {each["cid"]: {"seq": each["seq"], "ts": each["ts"]} for each in history}
        self.assertEqual(stored, stored | acknowledged)

    async def test_clients_that_do_not_read_do_not_keep_it_from_stopping(self):
        server = self.make_server("http.stop-timeout-ms=500")
        server.start_ready()
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(5)]
        for each in silent:
            self.addCleanup(each.close)
        silent[0].sendall(b"GET / HT")
        self.assertEqual(server.stop(), 0, server.log)


class StartingTwice(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="klatsch-")
        cls.addClassCleanup(cls.folder.cleanup)

    def test_a_port_in_use_is_an_error_that_names_it(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            ended = run(
                "--http.address=127.0.0.1",
                f"--http.port={port}",
                f"--store.path={self.folder.name}/a.db",
            )
        self.assertNotIn(ended.returncode, (0, None))
        self.assertGreater(ended.returncode, 0, "a signal ended it")
        self.assertIn(f"127.0.0.1 port {port}", ended.stderr)
        self.assertIn("in use", ended.stderr)


class OneStore(ChatTest):
    async def test_a_second_process_on_the_same_file_is_refused_and_the_first_goes_on(self):
        ada = await self.make_user("Ada")
        path = self.server.folder / "klatsch.db"
        ended = await asyncio.to_thread(
            run, "--http.address=127.0.0.1", "--http.port=0", f"--store.path={path}"
        )
        self.assertGreater(ended.returncode, 0)
        self.assertIn(str(path), ended.stderr)
        self.assertIn("another process", ended.stderr)
        await say(ada, "room", "still served")

    def test_a_store_that_can_not_be_opened_is_an_error_that_names_it(self):
        for path in (self.server.folder / "web", "/proc/nothing/klatsch.db"):
            with self.subTest(path):
                ended = run("--http.address=127.0.0.1", "--http.port=0", f"--store.path={path}")
                self.assertGreater(ended.returncode, 0)
                self.assertIn(str(path), ended.stderr)

    def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(self):
        path = self.server.folder / "other.db"
        content = b"This is a letter, not a database.\n" * 100
        path.write_bytes(content)
        ended = run("--http.address=127.0.0.1", "--http.port=0", f"--store.path={path}")
        self.assertGreater(ended.returncode, 0)
        self.assertIn(str(path), ended.stderr)
        self.assertEqual(path.read_bytes(), content)

    def test_nobody_else_may_read_the_store(self):
        for path in self.server.folder.glob("klatsch.db*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


class Configuration(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="klatsch-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, content):
        path = self.folder / "klatsch.conf"
        path.write_text(content)
        return f"--config-file={path}"

    def test_a_value_that_is_not_allowed_is_named_with_what_is(self):
        for name, value, allowed in (
            ("http.port", "65536", "from 0 to 65535"),
            ("http.port", "eighty", "whole number"),
            ("http.address", "everywhere", "IPv4"),
            ("store.backend", "mongodb", "sqlite or redis"),
            ("log.level", "loud", "trace, debug, info"),
            ("limits.burst", "0", "from 1 to"),
            ("rooms.create", "friends", "anyone or nobody"),
            ("http.cookie-secure", "perhaps", "true or false"),
            ("rooms.default", "no-title", "id:Title"),
            ("http.origins", "not an origin", "origins"),
        ):
            variable = "KLATSCH_" + name.upper().replace(".", "_").replace("-", "_")
            for where, ended in (
                ("on the command line", run(f"--{name}={value}")),
                (variable, run(environment={variable: value})),
            ):
                with self.subTest(f"{name}={value} {where}"):
                    self.assertEqual(ended.returncode, 2, ended.stderr)
                    for part in (name, value, allowed, where):
                        self.assertIn(part, ended.stderr)

    def test_every_mistake_is_named_at_once(self):
        ended = run("--http.port=99999", "--log.level=loud", environment={"KLATSCH_NOTHING": "1"})
        self.assertEqual(ended.returncode, 2)
        for part in ("http.port", "log.level", "KLATSCH_NOTHING"):
            self.assertIn(part, ended.stderr)

    def test_an_unknown_option_is_refused_wherever_it_stands(self):
        for ended in (
            run("--http.prot=80"),
            run(self.file("[http]\nprot = 80\n")),
            run(environment={"KLATSCH_HTTP_PROT": "80"}),
            run("stray"),
        ):
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertTrue(ended.stderr.startswith("klatsch: "), ended.stderr)

    def test_a_file_that_is_missing_or_wrong_is_named(self):
        ended = run("--config-file=/nowhere/klatsch.conf")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("/nowhere/klatsch.conf", ended.stderr)
        ended = run(self.file("[http]\nport = = 80\n"))
        self.assertEqual(ended.returncode, 2)
        self.assertIn("klatsch.conf", ended.stderr)

    def test_a_password_is_never_shown(self):
        ended = run("--print-config", environment={"KLATSCH_REDIS_PASSWORD": "open sesame"})
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertNotIn("sesame", ended.stdout + ended.stderr)

    def test_the_environment_overrides_the_command_line_and_that_the_file(self):
        in_file = self.file('[http]\nport = 1001\nthreads = 1\n[limits]\nrate = 1\n')
        ended = run(
            in_file,
            "--http.port=1002",
            "--http.threads=2",
            "--print-config",
            environment={"KLATSCH_HTTP_PORT": "1003"},
        )
        self.assertEqual(ended.returncode, 0, ended.stderr)
        for line in ("port = 1003", "threads = 2", "rate = 1"):
            self.assertRegex(ended.stdout, rf"(?m)^{line}\s*$")

    def test_the_configuration_that_is_printed_can_be_read_again(self):
        printed = run("--http.port=1004", "--rooms.default=a:One,b:Two", "--print-config").stdout
        again = run(self.file(printed), "--print-config")
        self.assertEqual((again.returncode, again.stdout), (0, printed), again.stderr)

    def test_help_and_version_are_printed(self):
        self.assertIn("--http.port", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"^klatsch \d+\.\d+")

    def test_the_schema_is_printed_as_it_is_kept(self):
        kept = Path(__file__).resolve().parents[2] / "protocol/schema.json"
        self.assertEqual(run("--print-schema").stdout, kept.read_text())


class WithoutIoUring(ChatTest):
    """Each connection is written to and read by system calls of its own then."""

    said = "without io_uring"

    async def chat_at(self, server):
        server.start_ready()
        users = await self.make_users(*("Ada", "Bob", "Cleo", "Dan"), server=server)
        room = await self.make_room(*users)
        for user in users:
            await say(user, room, user.user["name"])
        for user in users:
            await user.until(lambda: len(user.messages(room)) == len(users))
            self.assert_dense(user.messages(room))

    async def test_the_chat_works_where_the_kernel_refuses_it_and_the_log_says_so(self):
        server = self.make_server(
            before_start=seccomp.forbidding(seccomp.IO_URING_SETUP)
        )
        await self.chat_at(server)
        server.wait_for_log(re.escape(f"{self.said} (Operation not permitted)"))

    async def test_the_chat_works_where_it_is_switched_off(self):
        server = self.make_server("http.io-uring=false")
        await self.chat_at(server)
        self.assertNotIn(self.said, server.log)


class ConfiguredRooms(ChatTest):
    options = ("rooms.default=lobby:The Lobby,attic:The Attic",)

    async def test_the_first_configured_room_is_the_main_one(self):
        ada = await self.make_user("Ada")
        self.assertEqual([each["room"] for each in ada.opened["rooms"]], ["lobby"])
        rooms = (await ada.request("room.list"))["rooms"]
        self.assertEqual({each["room"] for each in rooms}, {"lobby", "attic"})
